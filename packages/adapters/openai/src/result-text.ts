import type { GateResult } from '@toolgate/core'

/** The most characters of a tool's stream that are handed to a model. */
const mostChars = 1_048_576

/** What a model is told of a call: the tool's answer as text, or the message of the call that has none. */
export async function resultText(result: GateResult<unknown>): Promise<string> {
  if (!result.allowed) return result.message
  return isStream(result.result) ? streamText(result.result) : textOf(result.result)
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value
  try {
    return JSON.stringify(value) ?? 'null'
  } catch (error) {
    return `the tool ran, but its result can not be written as JSON (${(error as Error).message})`
  }
}

function isStream(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value
}

/** Text items are joined; items of any other kind make a list. A stream that fails is told as far as it came. */
async function streamText(stream: AsyncIterable<unknown>): Promise<string> {
  const items: unknown[] = []
  let chars = 0
  let end = ''
  try {
    for await (const item of stream) {
      items.push(item)
      chars += textOf(item).length
      if (chars <= mostChars) continue
      end = '\n[the rest was left out]'
      break
    }
  } catch (error) {
    end = `\n[the tool failed here: ${error instanceof Error ? error.message : String(error)}]`
  }
  const isText = items.every((item) => typeof item === 'string')
  return `${isText ? items.join('') : textOf(items)}${end}`
}
