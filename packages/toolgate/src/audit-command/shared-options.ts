import type { Option } from '../command-line/option.ts'

/** Options that several commands have. */

export const jsonLinesOption: Option = { summary: 'print one JSON object a line, with everything that is known' }

export const keptCheckpointOption: Option = {
  value: 'FILE',
  multiple: true,
  summary: 'checkpoints that were kept elsewhere, as `toolgate audit checkpoint` prints them, one or several in a file',
}

export const keyOption: Option = {
  value: 'KEY',
  multiple: true,
  summary:
    'the keys that may sign, as name+id+base64 or a file of such lines; without it, those that the journal names',
}

export const forceOption: Option = { summary: 'overwrite what is there' }
