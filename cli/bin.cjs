#!/usr/bin/env node
// What `npx image-mirror` starts. Plain JavaScript, because the Node that it meets may be too old for TypeScript: then
// the project's own takes over. `copy` runs from a bundle, which starts in a fraction of the time that its many files
// take; the bundle is made on first use, and again when a file of it has changed. Both are CommonJS: an import of one
// of Node's modules evaluates everything that it exports, the lazy parts as well, and a require does not.
const { existsSync, readFileSync, statSync } = require('node:fs')
const module_ = require('node:module')
const { join } = require('node:path')

const ROOT = join(__dirname, '..')
const OWN_NODE = join(ROOT, 'node_modules', 'node', 'bin', 'node')
const CACHE = join(ROOT, 'node_modules', '.cache', 'image-mirror')
const BUNDLE = join(CACHE, 'copy.cjs')
const INPUTS = join(CACHE, 'copy.json')

if (process.features.typescript) start()
else startWith(OWN_NODE)

async function start() {
  if (process.argv[2] !== 'copy' || !(isFresh() || (await makeBundle()))) return import('./main.ts')
  module_.enableCompileCache?.(CACHE)
  require(BUNDLE)
}

/** Whether every file that went into the bundle is as it was then. */
function isFresh() {
  try {
    const inputs = Object.entries(JSON.parse(readFileSync(INPUTS, 'utf8')))
    return inputs.every(([path, mtimeMs]) => statSync(join(ROOT, path)).mtimeMs === mtimeMs)
  } catch {
    return false
  }
}

/** Without a bundle, say in a folder that is read-only, it goes as well, only slower. */
async function makeBundle() {
  try {
    const { bundleCopy } = await import('./bundle.ts')
    bundleCopy(ROOT, BUNDLE, INPUTS)
    return true
  } catch {
    return false
  }
}

/** Stands aside: the other one's terminal, signals and exit status are ours. */
function startWith(node) {
  if (!existsSync(node)) {
    console.error(
      `image-mirror needs Node 22.18 or later, and this is ${process.version}; run "npm ci" in ${ROOT}`,
    )
    process.exitCode = 2
    return
  }
  const { spawn } = require('node:child_process')
  const child = spawn(node, [__filename, ...process.argv.slice(2)], { stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('exit', (status, signal) => {
    process.exitCode = status ?? 128 + require('node:os').constants.signals[signal]
  })
}
