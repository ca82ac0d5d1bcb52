/** Collects the licence texts of bundled packages, which their licences require to ship along. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PROJECT_ROOT } from '../infra/bundle.ts'

const LICENSE_FILE = /^(?:licen[cs]e|notice|copying)/i
const RULE = '='.repeat(80)

/**
 * Returns each licence text once, after the names of its packages.
 * @param inputs - the bundled source files, as paths relative to the project
 */
export function licensesOf(inputs: readonly string[]): string {
  const folders = [...new Set(inputs.flatMap((path) => packageFolder(path) ?? []))].sort()
  const byText = Map.groupBy(folders.map(read), ({ text }) => text)
  return [...byText]
    .map(([text, packages]) => [...packages.map(({ name }) => name), '', text].join('\n'))
    .join(`\n\n${RULE}\n\n`)
}

/** Returns `node_modules/@scope/name` for `node_modules/@scope/name/dist/x.js`. */
function packageFolder(path: string): string | undefined {
  return /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0]
}

function read(folder: string): { readonly name: string; readonly text: string } {
  const path = join(PROJECT_ROOT, folder)
  const { name, version, license } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')) as {
    name: string
    version: string
    license?: string
  }
  const texts = readdirSync(path)
    .filter((file) => LICENSE_FILE.test(file))
    .map((file) => readFileSync(join(path, file), 'utf8').trim())
  return { name: `${name} ${version}`, text: texts.join('\n\n') || `Licence: ${license}` }
}
