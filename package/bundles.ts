/**
 * Bundles the construct and the command line into one CommonJS file each. Apps made by `cdk init` run on ts-node, which
 * cannot load ES modules.
 */
import { dirname, join } from 'node:path'
import { build, type Plugin } from 'esbuild'
import { PROJECT_ROOT } from '../infra/bundle.ts'
import manifest from '../package.json' with { type: 'json' }

/** The oldest version of Node that `engines` in package.json supports. */
const TARGET = 'node22'

/** The first statement of the construct's bundle. `cli/bin.cjs` checks for the command line. */
const NODE_CHECK = "require('../cli/node-version.cjs').requireNode()"

/** What npm installs with the package. Clients of services that few commands need are bundled: they are smaller here. */
const EXTERNAL = [...Object.keys(manifest.dependencies), ...Object.keys(manifest.peerDependencies)].flatMap(
  (name) => [name, `${name}/*`],
)

const prebuilt: Plugin = {
  name: 'prebuilt-programs',
  setup({ onResolve }) {
    onResolve({ filter: /\/bundle\.ts$/ }, () => ({ path: join(PROJECT_ROOT, 'package', 'prebuilt.ts') }))
  },
}

/**
 * Leaves out what no program uses of zod: messages in fifty languages, and schemas from JSON Schema. esbuild keeps unused
 * exports of modules that are loaded on demand, and each start of the command line would run them.
 */
const leanZod: Plugin = {
  name: 'lean-zod',
  setup({ onLoad }) {
    onLoad({ filter: /zod\/v4\/locales\/index\.js$/ }, ({ path }) => ({
      contents: "export { default as en } from './en.js'",
      resolveDir: dirname(path),
    }))
    onLoad({ filter: /zod\/v4\/classic\/from-json-schema\.js$/ }, () => ({
      contents: 'export const fromJSONSchema = undefined',
    }))
  },
}

/** @returns the bundled source files, as paths relative to the project */
export async function bundlePackage(folder: string): Promise<string[]> {
  const bundles = await Promise.all([
    bundle('infra/index.ts', join(folder, 'index.js'), [prebuilt], NODE_CHECK),
    bundle('cli/program/package-main.ts', join(folder, 'cli.js'), [leanZod]),
  ])
  return [...new Set(bundles.flat())]
}

async function bundle(entry: string, outfile: string, plugins: Plugin[], first = ''): Promise<string[]> {
  const { metafile } = await build({
    absWorkingDir: PROJECT_ROOT,
    entryPoints: [entry],
    outfile,
    metafile: true,
    bundle: true,
    platform: 'node',
    target: TARGET,
    format: 'cjs',
    define: { 'import.meta.dirname': '__dirname' },
    external: EXTERNAL,
    // Prefers ES modules, so that esbuild drops unused code.
    mainFields: ['module', 'main'],
    // Keeps identifiers, so that stack traces and error names stay readable.
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: 'none',
    banner: { js: first },
    plugins,
    logLevel: 'warning',
  })
  return Object.keys(metafile.inputs)
}
