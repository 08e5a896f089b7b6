import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type JournalCall, type JournalReport, readJournal, verifyJournal } from 'toolgate'

/** The journal of this demo, in a folder that is gone at the end, and its checkpoints, which are kept elsewhere. */
export class Trail implements Disposable {
  readonly #folder = mkdtempSync(join(tmpdir(), 'toolgate-demo-'))
  readonly directory: string = join(this.#folder, 'audit')
  readonly #kept: string[] = []
  readonly keep = (checkpoint: string): void => {
    this.#kept.push(checkpoint)
  }

  async calls(): Promise<JournalCall[]> {
    const calls: JournalCall[] = []
    for await (const call of readJournal({ directory: this.directory })) calls.push(call)
    return calls
  }

  verify(): Promise<JournalReport> {
    return verifyJournal({ directory: this.directory, checkpoints: this.#kept })
  }

  /** What somebody could do who can write to the journal's files: one digit, in one line. */
  async edit(text: string, by: string): Promise<void> {
    const [writer = ''] = await readdir(this.directory)
    const path = join(this.directory, writer, '000001.jsonl')
    writeFileSync(path, readFileSync(path, 'utf8').replace(text, by))
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true })
  }
}
