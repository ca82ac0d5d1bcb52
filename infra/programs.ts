/** The programs that a mirror deploys: their names, and the one file that each is bundled into. */

/** Programs by name: the source file that each starts with, and the name of its bundle. */
export const PROGRAMS = {
  plan: { entry: 'lambdas/plan.ts', file: 'index.mjs' },
  resolve: { entry: 'lambdas/resolve.ts', file: 'index.mjs' },
  diff: { entry: 'lambdas/diff.ts', file: 'index.mjs' },
  outcome: { entry: 'lambdas/outcome.ts', file: 'index.mjs' },
  report: { entry: 'lambdas/report.ts', file: 'index.mjs' },
  sync: { entry: 'sync/main.ts', file: 'main.mjs' },
} as const
export type Program = keyof typeof PROGRAMS
