/** Where something stands in a policy document. Lines and columns count from 1. */
export interface Place {
  readonly file: string
  readonly line: number
  readonly column: number
}

/** A place as editors and terminals make a link of it: `policies/support.yaml:33:7`. */
export function placeText({ file, line, column }: Place): string {
  return `${file}:${line}:${column}`
}
