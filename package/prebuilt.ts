/** Locates prebuilt programs. Replaces infra/bundle.ts in the package, which therefore needs no build tool. */
import { join } from 'node:path'
import type { Program } from '../infra/programs.ts'

/** Returns the folder of a program's bundle, next to the bundle that contains this code. */
export function programFolder(name: Program): string {
  return join(import.meta.dirname, 'programs', name)
}
