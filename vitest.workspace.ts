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
    // Processes and disks are real, and a machine may be slow: a bound on what hangs, not on what is slow.
    testTimeout: 30_000,
    hookTimeout: 30_000,
    projects: Object.entries(folders).map(([name, folder]) => ({
      extends: true as const,
      test: {
        name,
        include: [`${folder}/test/**/*.test.ts`],
        ...(name === 'redis' && { globalSetup: [`${folder}/test/global-setup.ts`] }),
      },
    })),
  },
})
