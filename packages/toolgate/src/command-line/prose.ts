import type { Output } from './output.ts'
import { wrap } from './safe-text.ts'

/** Lines of prose are not longer, however wide the terminal is. */
const widestProse = 100

/** Writes safe text, broken into lines. Each begins with the indent, the first with a mark of the same width. */
export async function writeProse(
  output: Output,
  text: string,
  indent: string = '',
  mark: string = indent,
): Promise<void> {
  const width = Math.min(output.columns ?? widestProse, widestProse) - indent.length
  for (const [index, line] of wrap(text, width).entries()) await output.line(`${index === 0 ? mark : indent}${line}`)
}
