import type { Located } from '../document/located.ts'
import { Problems } from '../document/problems.ts'
import type { Reader } from '../document/readers.ts'
import { parseText } from '../document/yaml-text.ts'

/**
 * Reads a file that stands beside policy documents. The example says what it could hold.
 * @throws PolicyDocumentError that names every problem with its file, line and column.
 */
export function readBeside<Value>(text: string, file: string, example: string, reader: Reader<Value>): Value {
  const problems = new Problems()
  const root = isBlank(text) ? missing(file, example, problems) : parseText(text, file, problems)
  const read = root && reader(root, problems)
  if (read === undefined || problems.areThere) throw problems.error()
  return read
}

/** Whether nothing stands in it but comments. As a policy it would be said to lack what a policy has. */
function isBlank(text: string): boolean {
  return !/^[^\S\n]*[^\s#]/m.test(text)
}

function missing(file: string, example: string, problems: Problems): Located | undefined {
  return problems.add({ file, line: 1, column: 1 }, `the file is empty; expected something such as \`${example}\``)
}
