/** Installs the command line as the package does, from the bundle that `npm run build` writes. */
import { cpSync, existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import manifest from '../package.json' with { type: 'json' }

const ROOT = join(import.meta.dirname, '..')
/** Inside node_modules, where the program finds its dependencies. */
const INSTALLED = join(ROOT, 'node_modules', '.cache', 'bench', 'image-mirror')

/** @returns the path of the program */
export function installProgram(): string {
  if (!existsSync(join(ROOT, 'dist', 'cli.js')))
    throw new Error('dist/cli.js is missing; run "npm run build"')
  rmSync(INSTALLED, { recursive: true, force: true })
  for (const file of ['package.json', ...manifest.files]) {
    cpSync(join(ROOT, file), join(INSTALLED, file), { recursive: true })
  }
  return join(INSTALLED, 'cli', 'bin.cjs')
}
