/** The command line as the package installs it: from its bundle, as built by `npm run build`. */
import { cpSync, existsSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '..')
/** Below node_modules, so that it finds its dependencies there. */
const INSTALLED = join(ROOT, 'node_modules', '.cache', 'bench', 'image-mirror')

/** @returns the path of the program */
export function installProgram(): string {
  if (!existsSync(join(ROOT, 'dist', 'cli.js'))) throw new Error('there is no dist/cli.js: "npm run build"')
  rmSync(INSTALLED, { recursive: true, force: true })
  mkdirSync(join(INSTALLED, 'cli'), { recursive: true })
  for (const file of ['package.json', 'cli/bin.cjs', 'dist']) {
    cpSync(join(ROOT, file), join(INSTALLED, file), { recursive: true })
  }
  return join(INSTALLED, 'cli', 'bin.cjs')
}
