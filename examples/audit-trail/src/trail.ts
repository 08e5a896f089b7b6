import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type JournalCall, type JournalReport, readJournal, verifyJournal } from 'toolgate'

/** The journal of this example, in a folder that is gone at the end, and its checkpoints, which are kept elsewhere. */
export class Trail implements Disposable {
  readonly folder: string = mkdtempSync(join(tmpdir(), 'toolgate-audit-trail-'))
  readonly directory: string = join(this.folder, 'audit')
  readonly #copy = join(this.folder, 'copy')
  readonly #writers: string[] = []
  readonly #kept: string[] = []
  readonly keep = (checkpoint: string): void => {
    this.#kept.push(checkpoint)
  }

  /** The part of the journal of the process that was started last. Ids of the same second are in no order. */
  newWriter(): string {
    const writer = readdirSync(this.directory).find((name) => !this.#writers.includes(name))
    if (writer === undefined) throw new Error('no process has begun a journal since the last one')
    this.#writers.push(writer)
    return writer
  }

  /** Ids are others in every run. */
  nameOf(writer: string | undefined): string {
    return `the ${['first', 'second'][this.#writers.indexOf(writer ?? '')] ?? 'unknown'} process`
  }

  /** The calls of which nobody knows how they ended. */
  async unknownCalls(): Promise<JournalCall[]> {
    const calls: JournalCall[] = []
    for await (const call of readJournal({ directory: this.directory, outcome: 'unknown' })) calls.push(call)
    return calls
  }

  /** With the checkpoints that were kept, or with nothing but the directory. */
  verify(withKept: boolean): Promise<JournalReport> {
    return verifyJournal({ directory: this.directory, checkpoints: withKept ? this.#kept : [] })
  }

  backUp(): void {
    cpSync(this.directory, this.#copy, { recursive: true })
  }

  restore(): void {
    rmSync(this.directory, { recursive: true })
    cpSync(this.#copy, this.directory, { recursive: true })
  }

  /** Leaves the first entries of a process, and the checkpoints of no more than these. */
  cut(writer: string, entries: number): void {
    this.#rewrite(writer, '000001.jsonl', (lines) => lines.slice(0, entries))
    this.#rewrite(writer, 'checkpoints.jsonl', (lines) => {
      return lines.filter((line) => Number((JSON.parse(line) as { note: string }).note.split('\n')[1]) <= entries)
    })
  }

  replace(writer: string, text: string, by: string): void {
    this.#rewrite(writer, '000001.jsonl', (lines) => lines.map((line) => line.replace(text, by)))
  }

  /** Whether a text stands anywhere in the files: as it is, or in a value that can be erased. */
  has(text: string): boolean {
    const files = readdirSync(this.directory, { recursive: true, withFileTypes: true })
    return files
      .filter((file) => file.isFile())
      .map(({ parentPath, name }) => readFileSync(join(parentPath, name), 'utf8'))
      .some((content) => content.includes(text) || disclosuresIn(content).some((value) => value.includes(text)))
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true })
  }

  #rewrite(writer: string, file: string, change: (lines: readonly string[]) => readonly string[]): void {
    const path = join(this.directory, writer, file)
    const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1)
    writeFileSync(
      path,
      change(lines)
        .map((line) => `${line}\n`)
        .join(''),
    )
  }
}

/** Values that can be erased stand in base64. */
function disclosuresIn(content: string): string[] {
  return [...content.matchAll(/"disclosure":"([\w-]+)"/g)].map(([, text]) =>
    Buffer.from(text ?? '', 'base64url').toString(),
  )
}
