/**
 * Bundles the programs, each with everything that it imports, into one file for Node. esbuild does so in this process:
 * no container, no network, and the same bytes for the same sources. The package ships the result (package/prebuilt.ts).
 */
import { createHash } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { buildSync } from 'esbuild'
import { PROGRAMS, type Program } from './programs.ts'

export const PROJECT_ROOT = join(import.meta.dirname, '..')
/** Outside of the sources, and in place as long as an assembly may refer to it. */
const CACHE = join(PROJECT_ROOT, 'node_modules', '.cache', 'image-mirror', 'programs')

/** CommonJS packages inside an ES module still want their `require`. */
const REQUIRE = "import{createRequire}from'node:module';const require=createRequire(import.meta.url);"

/** Functions find credentials in one place. A build asks CodeBuild for them, with the SDK's own chain. */
const OF_LAMBDA = { '@aws-sdk/credential-provider-node': './lambdas/credentials.ts' }

let built: string | undefined

/** The folder with a program's bundle. Builds all programs on first use: they share most of what they import. */
export function programFolder(name: Program): string {
  built ??= keep(buildPrograms().bundles)
  return join(built, name)
}

type Bundles = Readonly<Record<Program, Uint8Array>>

/** The bundle of each program, and the files that went into them, by their path from the project. */
export function buildPrograms(): { readonly bundles: Bundles; readonly inputs: readonly string[] } {
  const { sync, ...functions } = PROGRAMS
  const built = [build(functions, OF_LAMBDA), build({ sync }, {})]
  return {
    bundles: Object.assign({}, ...built.map(({ bundles }) => bundles)) as Bundles,
    inputs: built.flatMap(({ inputs }) => inputs),
  }
}

/**
 * Writes each bundle into a folder of its own. Whatever the umask is, others on this machine cannot change what is
 * deployed, and Lambda, which runs it as another user, can read it.
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

/** Whole or not at all: another synthesis may be writing the same programs at this moment. */
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
    // ES modules where a package has them: what is not used is left out.
    mainFields: ['module', 'main'],
    alias,
    minify: true,
    // Stack traces in the logs are for people.
    keepNames: true,
    banner: { js: REQUIRE },
    legalComments: 'none',
    // What is wrong is in the exception.
    logLevel: 'silent',
  })
  const named = outputFiles.map(({ path, contents }) => [basename(path, '.js'), contents])
  return { bundles: Object.fromEntries(named), inputs: Object.keys(metafile.inputs) }
}
