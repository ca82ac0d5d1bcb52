/**
 * Bundles a program of ours, with everything that it imports, into one file for Node. Done by esbuild in this
 * process: no container, no network, and the same bytes for the same sources.
 */
import { join } from 'node:path'
import { AssetHashType, type BundlingOptions, DockerImage } from 'aws-cdk-lib'
import { buildSync } from 'esbuild'

export const PROJECT_ROOT = join(import.meta.dirname, '..')

/** CommonJS packages inside an ES module still want their `require`. */
const REQUIRE = "import{createRequire}from'node:module';const require=createRequire(import.meta.url);"

export interface Bundle {
  /** The folder that the asset is of. */
  readonly path: string
  readonly assetHashType: AssetHashType
  readonly bundling: BundlingOptions
}

/** `entry` is a path in the project, such as `lambdas/plan.ts`; the bundle is called `file`. */
export function bundle(entry: string, file: string): Bundle {
  return {
    path: join(PROJECT_ROOT, entry, '..'),
    // By what comes out: a comment that changes does not deploy anything.
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      // Never run, as `local` always can; CDK tells bundles of one folder apart by the command.
      image: DockerImage.fromRegistry('none'),
      command: [entry],
      local: { tryBundle: (folder) => write(entry, join(folder, file)) },
    },
  }
}

function write(entry: string, outfile: string): true {
  buildSync({
    absWorkingDir: PROJECT_ROOT,
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node22',
    format: 'esm',
    minify: true,
    // What an error is called decides how it is retried.
    keepNames: true,
    banner: { js: REQUIRE },
    legalComments: 'none',
    // What is wrong is in the exception.
    logLevel: 'silent',
  })
  return true
}
