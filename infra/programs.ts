/** The programs that a mirror deploys: their names, entry points and bundle names. */

/** Programs by name, with the source file and the name of the bundle. */
export const PROGRAMS = {
  plan: { entry: 'lambdas/plan.ts', file: 'index.mjs' },
  resolve: { entry: 'lambdas/resolve.ts', file: 'index.mjs' },
  diff: { entry: 'lambdas/diff.ts', file: 'index.mjs' },
  outcome: { entry: 'lambdas/outcome.ts', file: 'index.mjs' },
  prune: { entry: 'lambdas/prune.ts', file: 'index.mjs' },
  report: { entry: 'lambdas/report.ts', file: 'index.mjs' },
  sync: { entry: 'sync/main.ts', file: 'main.mjs' },
} as const
export type Program = keyof typeof PROGRAMS
