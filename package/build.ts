/** `npm run build`: builds the content of the package into `dist/`. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildPrograms, PROJECT_ROOT, writePrograms } from '../infra/bundle.ts'
import { bundlePackage } from './bundles.ts'
import { writeDeclarations } from './declarations.ts'
import { licensesOf } from './licenses.ts'
import { LIST_SCHEMA_FILE, listSchemaText } from './list-schema.ts'

const DIST = join(PROJECT_ROOT, 'dist')

rmSync(DIST, { recursive: true, force: true })
mkdirSync(DIST)
const programs = buildPrograms()
writePrograms(join(DIST, 'programs'), programs.bundles)
const inputs = await bundlePackage(DIST)
writeDeclarations(join(DIST, 'types'))
writeFileSync(LIST_SCHEMA_FILE, listSchemaText())
write('THIRD-PARTY-LICENSES.txt', `${licensesOf([...inputs, ...programs.inputs])}\n`)
// Overrides the project's package.json, which declares .js files as ES modules. These are CommonJS.
write('package.json', `${JSON.stringify({ type: 'commonjs' })}\n`)

function write(name: string, text: string): void {
  writeFileSync(join(DIST, name), text)
}
