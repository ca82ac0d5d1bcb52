/** Makes one file of the command `copy`, and notes what it was made of, so that a change is noticed. */
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildSync } from 'esbuild'

const NOTE = 'copy.json'

/**
 * Gives the path of the bundle: an expression for a function that runs it with the `require` that it is given. Its name
 * has its content's hash, since V8 takes the code of another source of the same length for that of this one. Those of
 * before are removed.
 * @throws when it cannot be made or written
 */
export function bundleCopy(root: string, folder: string): string {
  const { outputFiles, metafile } = buildSync({
    absWorkingDir: root,
    entryPoints: ['cli/copy-main.ts'],
    outfile: 'copy.js',
    write: false,
    metafile: true,
    bundle: true,
    platform: 'node',
    target: 'node24',
    // An import of one of Node's modules evaluates everything that it exports, the lazy parts as well.
    format: 'cjs',
    // Names stay, for stack traces and for the names of errors. Shorter ones that are given back (keepNames) cost a
    // twentieth of the processor time of a small copy, as each closure gets its name each time that it is made.
    minifyWhitespace: true,
    minifySyntax: true,
    banner: { js: '(function (require) {' },
    footer: { js: '})' },
    // Loaded only for an ECR registry, and for a token server at another host than its registry's.
    external: ['@aws-sdk/*', 'tldts'],
    legalComments: 'none',
    logLevel: 'silent',
  })
  const content = outputFiles[0]?.contents ?? new Uint8Array()
  const bundle = `copy-${createHash('sha256').update(content).digest('hex').slice(0, 16)}.js`
  const own = Object.keys(metafile.inputs).filter((path) => !path.startsWith('node_modules/'))
  // The lock file stands for all packages.
  const inputs = [...own, 'package-lock.json'].map((path) => [path, statSync(join(root, path)).mtimeMs])
  mkdirSync(folder, { recursive: true })
  for (const old of readdirSync(folder)) {
    if (old.startsWith('copy') && !old.startsWith(bundle)) rmSync(join(folder, old), { force: true })
  }
  write(join(folder, bundle), content)
  write(join(folder, NOTE), JSON.stringify({ bundle, inputs: Object.fromEntries(inputs) }))
  return join(folder, bundle)
}

/** Whole or not at all: another copy may be starting at this moment. */
function write(path: string, content: string | Uint8Array): void {
  const temporary = `${path}.${process.pid}`
  writeFileSync(temporary, content)
  renameSync(temporary, path)
}
