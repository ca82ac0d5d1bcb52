// Which tests run when: `unit` needs Node and npm alone and is fast, `system` runs the whole mirror again and again,
// `browser` needs Chromium, and `interop` needs Debian's container tools.

import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    // Vitest leaves a core free for its watcher; a machine of two cores would test on one.
    maxWorkers: '100%',
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/interop/**', '**/*.{system,package,browser}.test.ts'],
          // A process for each file would load CDK and the AWS SDK anew for each: that takes longer than the tests.
          isolate: false,
          setupFiles: ['test/support/own-process.ts'],
          // Programs that tests start, often the same ones, are compiled once.
          env: { NODE_COMPILE_CACHE: join(import.meta.dirname, 'node_modules', '.cache', 'tests') },
          // For what hangs: how long a test takes on a busy machine says nothing about the code.
          testTimeout: 600_000,
          hookTimeout: 600_000,
        },
      },
      {
        test: {
          name: 'system',
          include: ['test/**/*.system.test.ts'],
          testTimeout: 600_000,
          hookTimeout: 600_000,
        },
      },
      {
        test: {
          name: 'package',
          include: ['test/**/*.package.test.ts'],
          testTimeout: 600_000,
          hookTimeout: 600_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'browser',
          include: ['test/**/*.browser.test.ts'],
          testTimeout: 600_000,
          hookTimeout: 600_000,
        },
      },
      {
        test: {
          name: 'interop',
          include: ['test/interop/**/*.test.ts'],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
    ],
  },
})
