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

/** In Lambda, credentials come from one place. A build asks CodeBuild for them, as the SDK knows how to. */
const OF_LAMBDA = { '@aws-sdk/credential-provider-node': './lambdas/credentials.ts' }

function buildAll(): Record<Program, Uint8Array> {
  const { sync, ...functions } = PROGRAMS
  return { ...build(functions, OF_LAMBDA), ...build({ sync }, {}) } as Record<Program, Uint8Array>
}

function build(
  programs: Readonly<Record<string, { readonly entry: string }>>,
  alias: Record<string, string>,
): Record<string, Uint8Array> {
  const { outputFiles } = buildSync({
    absWorkingDir: PROJECT_ROOT,
    entryPoints: Object.entries(programs).map(([out, { entry }]) => ({ in: entry, out })),
    outdir: 'out',
    write: false,
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
  return Object.fromEntries(outputFiles.map(({ path, contents }) => [basename(path, '.js'), contents]))
}
