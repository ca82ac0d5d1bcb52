/** The programs as the package ships them. Takes the place of infra/bundle.ts there, so that no build tool is needed. */
import { join } from 'node:path'
import type { Program } from '../infra/programs.ts'

/** The folder with a program's bundle, next to the bundle that this file ends up in. */
export function programFolder(name: Program): string {
  return join(import.meta.dirname, 'programs', name)
}
