import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'

/**
 * Runs the example in the current folder, and fails unless it ends well and prints what its `expected.txt` says.
 * Times are not compared. With `--update`, it writes the file.
 */
const { OPENAI_API_KEY: _, FORCE_COLOR: __, ...environment } = process.env
const run = spawnSync(process.execPath, ['src/main.ts'], {
  encoding: 'utf8',
  env: { ...environment, NO_COLOR: '1' },
  timeout: 300_000,
})
if (run.status !== 0) fail(`it ended with ${run.signal ?? run.status}:\n${run.stdout}${run.stderr}`)
if (process.argv.includes('--update')) writeFileSync('expected.txt', withoutTimes(run.stdout))
const expected = readFileSync('expected.txt', 'utf8')
if (withoutTimes(run.stdout) !== expected) fail(`it printed something else than expected.txt:\n${run.stdout}`)
console.log('the example printed what it should')

/** The output with every time in it replaced by one that is always the same, of the same length where it can be. */
function withoutTimes(output: string): string {
  return output
    .replaceAll(/\d\d:\d\d:\d\d\.\d{3}/g, '09:30:00.000')
    .replaceAll(/ {0,4}\d+\.\d ms/g, (took) => '0.4 ms'.padStart(Math.max(took.length, 6)))
    .replaceAll(/(retry after) (1 min|59 s|58 s)/g, '$1 1 min')
}

function fail(problem: string): never {
  console.error(`the example in ${process.cwd()} failed: ${problem}`)
  process.exit(1)
}
