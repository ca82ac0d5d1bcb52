/**
 * Bundles each program and its imports into one file for Node. esbuild runs in this process: no container, no network,
 * and the same bytes for the same sources. The package ships the result (package/prebuilt.ts).
 */
import { createHash } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { buildSync } from 'esbuild'
import { PROGRAMS, type Program } from './programs.ts'

export const PROJECT_ROOT = join(import.meta.dirname, '..')
/** Outside the sources; the files stay as long as an assembly may refer to them. */
const CACHE = join(PROJECT_ROOT, 'node_modules', '.cache', 'image-mirror', 'programs')

/** CommonJS packages inside an ES module still call `require`. */
const REQUIRE = "import{createRequire}from'node:module';const require=createRequire(import.meta.url);"

/** Functions read credentials from the environment only. Builds use the SDK's own chain, which asks CodeBuild. */
const OF_LAMBDA = { '@aws-sdk/credential-provider-node': './lambdas/credentials.ts' }

let built: string | undefined

/** The folder of a program's bundle. Builds all programs on first use, because they share most of their imports. */
export function programFolder(name: Program): string {
  built ??= keep(buildPrograms().bundles)
  return join(built, name)
}

type Bundles = Readonly<Record<Program, Uint8Array>>

/** The bundle of each program, and the source files of all bundles, relative to the project. */
export function buildPrograms(): { readonly bundles: Bundles; readonly inputs: readonly string[] } {
  const { sync, ...functions } = PROGRAMS
  const built = [build(functions, OF_LAMBDA), build({ sync }, {})]
  return {
    bundles: Object.assign({}, ...built.map(({ bundles }) => bundles)) as Bundles,
    inputs: built.flatMap(({ inputs }) => inputs),
  }
}

/**
 * Writes each bundle into a folder of its own. Sets permissions regardless of the umask: other users of this machine
 * must not change what is deployed, and Lambda, which runs as another user, must be able to read it.
 */
export function writePrograms(folder: string, bundles: Bundles): void {
  for (const [name, { file }] of Object.entries(PROGRAMS)) {
    const path = join(folder, name, file)
    mkdirSync(join(folder, name), { recursive: true })
    writeFileSync(path, bundles[name as Program])
    chmodSync(path, 0o644)
    chmodSync(join(folder, name), 0o755)
  }
}

/** Writes atomically, because another synthesis may write the same programs concurrently. */
function keep(bundles: Bundles): string {
  const hash = createHash('sha256')
  for (const content of Object.values(bundles)) hash.update(`${content.length} `).update(content)
  const folder = join(CACHE, hash.digest('hex').slice(0, 16))
  if (existsSync(folder)) return folder
  mkdirSync(CACHE, { recursive: true })
  const temporary = mkdtempSync(`${folder}-`)
  writePrograms(temporary, bundles)
  try {
    renameSync(temporary, folder)
  } catch (error) {
    rmSync(temporary, { recursive: true })
    if (!existsSync(folder)) throw error
  }
  return folder
}

function build(
  programs: Readonly<Record<string, { readonly entry: string }>>,
  alias: Record<string, string>,
): { bundles: Record<string, Uint8Array>; inputs: string[] } {
  const { outputFiles, metafile } = buildSync({
    absWorkingDir: PROJECT_ROOT,
    entryPoints: Object.entries(programs).map(([out, { entry }]) => ({ in: entry, out })),
    outdir: 'out',
    write: false,
    metafile: true,
    bundle: true,
    platform: 'node',
    target: 'node22',
    format: 'esm',
    // Prefers ES modules, so that esbuild drops unused code.
    mainFields: ['module', 'main'],
    alias,
    minify: true,
    // Keeps stack traces in the logs readable.
    keepNames: true,
    banner: { js: REQUIRE },
    legalComments: 'none',
    // The exception carries the errors.
    logLevel: 'silent',
  })
  const named = outputFiles.map(({ path, contents }) => [basename(path, '.js'), contents])
  return { bundles: Object.fromEntries(named), inputs: Object.keys(metafile.inputs) }
}
