/** Makes one file of the command `copy`, and notes what it was made of, so that a change is noticed. */
import { mkdirSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { buildSync } from 'esbuild'

/** @throws when it cannot be made or written */
export function bundleCopy(root: string, bundle: string, inputs: string): void {
  const { outputFiles, metafile } = buildSync({
    absWorkingDir: root,
    entryPoints: ['cli/copy-main.ts'],
    outfile: bundle,
    write: false,
    metafile: true,
    bundle: true,
    platform: 'node',
    target: 'node24',
    // An import of one of Node's modules evaluates everything that it exports, the lazy parts as well.
    format: 'cjs',
    minify: true,
    keepNames: true,
    // Loaded only where an ECR registry is met.
    external: ['@aws-sdk/*'],
    legalComments: 'none',
    logLevel: 'silent',
  })
  const own = Object.keys(metafile.inputs).filter((path) => !path.startsWith('node_modules/'))
  // The lock file stands for all packages.
  const made = [...own, 'package-lock.json'].map((path) => [path, statSync(join(root, path)).mtimeMs])
  mkdirSync(dirname(bundle), { recursive: true })
  write(bundle, outputFiles[0]?.contents ?? new Uint8Array())
  write(inputs, JSON.stringify(Object.fromEntries(made)))
}

/** Whole or not at all: another copy may be starting at this moment. */
function write(path: string, content: string | Uint8Array): void {
  const temporary = `${path}.${process.pid}`
  writeFileSync(temporary, content)
  renameSync(temporary, path)
}
