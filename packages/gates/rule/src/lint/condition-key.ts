import type { Condition } from '../document/condition.ts'
import type { PolicyDocument } from '../document/document.ts'

/**
 * A condition as text, without where it stands: the same text is the same condition. What a category is, a document may
 * say for itself, and then the same words of another document are another condition.
 */
export function conditionKey(condition: Condition, { categories, name }: PolicyDocument): string {
  const key = JSON.stringify(condition, (field, value: unknown) => (field === 'place' ? undefined : value))
  return categories.length > 0 && key.includes('"root":"category"') ? `${JSON.stringify(name)} ${key}` : key
}
