import { type GateResult, isStream, messageOf } from '@toolgate/core'

/** The most characters of what a tool returns that are handed to a model. */
const mostChars = 1_048_576
const cutOff = '\n[the rest was left out]'

/** What a model is told of a call: the tool's answer as text, or the message of the call that has none. */
export async function resultText(result: GateResult<unknown>): Promise<string> {
  const text = result.allowed ? await textOfResult(result.result) : result.message
  return text.length <= mostChars ? text : `${text.slice(0, mostChars)}${cutOff}`
}

async function textOfResult(value: unknown): Promise<string> {
  return isStream(value) ? streamText(value) : textOf(value)
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value
  try {
    return JSON.stringify(value) ?? 'null'
  } catch (error) {
    return `the tool ran, but its result can not be written as JSON (${messageOf(error)})`
  }
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
      if (chars > mostChars) break
    }
  } catch (error) {
    end = `\n[the tool failed here: ${messageOf(error)}]`
  }
  const isText = items.every((item) => typeof item === 'string')
  return `${isText ? items.join('') : textOf(items)}${end}`
}
