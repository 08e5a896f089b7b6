import { defineConfig } from 'vitest/config'

/** The test projects: every package, and the repository itself. */
const folders = {
  core: 'packages/core',
  quota: 'packages/quota',
  rate: 'packages/gates/rate',
  budget: 'packages/gates/budget',
  rule: 'packages/gates/rule',
  audit: 'packages/gates/audit',
  redis: 'packages/stores/redis',
  openai: 'packages/adapters/openai',
  toolgate: 'packages/toolgate',
  repository: '.',
}

export default defineConfig({
  test: {
    reporters: ['default', './scripts/count-reporter.ts'],
    execArgv: ['--expose-gc'],
    // One for each core; by default one core would stay idle.
    maxWorkers: '100%',
    // Processes and disks are real, and a machine may be slow: a bound on what hangs, not on what is slow.
    testTimeout: 30_000,
    hookTimeout: 30_000,
    projects: Object.entries(folders).map(([name, folder]) => ({
      extends: true as const,
      test: {
        name,
        include: [`${folder}/test/**/*.test.ts`],
        // The tests of the store share a server, and stop others: one after the other, and when the rest is over.
        ...(name === 'redis' && {
          globalSetup: [`${folder}/test/global-setup.ts`],
          fileParallelism: false,
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
        }),
      },
    })),
  },
})
