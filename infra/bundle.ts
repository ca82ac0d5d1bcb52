/**
 * Bundles our programs, each with everything that it imports, into one file for Node. Done by esbuild in this
 * process: no container, no network, and the same bytes for the same sources.
 */
import { writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { AssetHashType, type BundlingOptions, DockerImage } from 'aws-cdk-lib'
import { buildSync } from 'esbuild'

export const PROJECT_ROOT = join(import.meta.dirname, '..')

/** Programs by name: the file of the project that each starts with, and what its bundle is called. */
export const PROGRAMS = {
  plan: { entry: 'lambdas/plan.ts', file: 'index.mjs' },
  resolve: { entry: 'lambdas/resolve.ts', file: 'index.mjs' },
  diff: { entry: 'lambdas/diff.ts', file: 'index.mjs' },
  report: { entry: 'lambdas/report.ts', file: 'index.mjs' },
  sync: { entry: 'sync/main.ts', file: 'main.mjs' },
} as const
export type Program = keyof typeof PROGRAMS

/** What an asset is made of. */
export interface Bundle {
  readonly path: string
  readonly assetHashType: AssetHashType
  readonly bundling: BundlingOptions
}

/** All are built when the first is wanted: they share most of what they import. */
export function bundlePrograms(): (name: Program) => Bundle {
  let built: Readonly<Record<Program, Uint8Array>> | undefined
  return (name) => {
    const { entry, file } = PROGRAMS[name]
    const tryBundle = (folder: string): true => {
      built ??= buildAll()
      writeFileSync(join(folder, file), built[name])
      return true
    }
    return {
      path: join(PROJECT_ROOT, dirname(entry)),
      // By what comes out: a comment that changes does not deploy anything.
      assetHashType: AssetHashType.OUTPUT,
      bundling: {
        // Never run, as `local` always can; CDK tells bundles of one folder apart by the command.
        image: DockerImage.fromRegistry('none'),
        command: [entry],
        local: { tryBundle },
      },
    }
  }
}

/** CommonJS packages inside an ES module still want their `require`. */
const REQUIRE = "import{createRequire}from'node:module';const require=createRequire(import.meta.url);"

function buildAll(): Record<Program, Uint8Array> {
  const programs = Object.entries(PROGRAMS)
  const { outputFiles } = buildSync({
    absWorkingDir: PROJECT_ROOT,
    entryPoints: programs.map(([out, { entry }]) => ({ in: entry, out })),
    outdir: 'out',
    write: false,
    bundle: true,
    platform: 'node',
    target: 'node22',
    format: 'esm',
    // ES modules where a package has them: what is not used is left out.
    mainFields: ['module', 'main'],
    minify: true,
    // Stack traces in the logs are for people.
    keepNames: true,
    banner: { js: REQUIRE },
    legalComments: 'none',
    // What is wrong is in the exception.
    logLevel: 'silent',
  })
  const contents = outputFiles.map(({ path, contents }) => [basename(path, '.js'), contents])
  return Object.fromEntries(contents) as Record<Program, Uint8Array>
}
