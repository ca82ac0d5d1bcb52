#!/usr/bin/env node
// What `npx image-mirror` starts. Plain JavaScript, because the Node that it meets may be too old for TypeScript: then
// the project's own takes over. `copy` runs from a bundle, which starts in a fraction of the time that its many files
// take; the bundle is made on first use, and again when a file of it has changed. Both are CommonJS: an import of one
// of Node's modules evaluates everything that it exports, the lazy parts as well, and a require does not.
const { existsSync, readFileSync, renameSync, statSync, writeFileSync } = require('node:fs')
const { createRequire } = require('node:module')
const { join } = require('node:path')

const ROOT = join(__dirname, '..')
const OWN_NODE = join(ROOT, 'node_modules', 'node', 'bin', 'node')
const CACHE = join(ROOT, 'node_modules', '.cache', 'image-mirror')

if (process.features.typescript) start()
else startWith(OWN_NODE)

async function start() {
  const bundle = process.argv[2] === 'copy' ? (freshBundle() ?? (await makeBundle())) : undefined
  if (bundle === undefined) return import('./main.ts')
  compiled(bundle).runInThisContext()(createRequire(bundle))
}

/** Undefined unless every file that went into the bundle is as it was then. */
function freshBundle() {
  try {
    const { bundle, inputs } = JSON.parse(readFileSync(join(CACHE, 'copy.json'), 'utf8'))
    const isAsThen = ([path, mtimeMs]) => statSync(join(ROOT, path)).mtimeMs === mtimeMs
    return Object.entries(inputs).every(isAsThen) ? join(CACHE, bundle) : undefined
  } catch {
    return undefined
  }
}

/** Without a bundle, say in a folder that is read-only, it goes as well, only slower. */
async function makeBundle() {
  try {
    const { bundleCopy } = await import('./bundle.ts')
    return bundleCopy(ROOT, CACHE)
  } catch {
    return undefined
  }
}

/**
 * With the code of all its functions, from its second start on. Node's own compile cache keeps the code of what runs
 * while a file is loaded, and has everything that is called later compiled anew: 10 ms of each start.
 */
function compiled(bundle) {
  const { Script, constants } = require('node:vm')
  const v8 = require('node:v8')
  const source = readFileSync(bundle, 'utf8')
  const options = {
    filename: bundle,
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  }
  // V8 takes back only what this very version of it has made, with the same flags.
  const code = `${bundle}.${v8.cachedDataVersionTag()}`
  if (existsSync(code)) return new Script(source, { ...options, cachedData: readFileSync(code) })
  v8.setFlagsFromString('--no-lazy')
  const script = new Script(source, options)
  v8.setFlagsFromString('--lazy')
  keep(code, script.createCachedData())
  return script
}

/** Whole or not at all: another copy may be starting at this moment. */
function keep(path, content) {
  try {
    writeFileSync(`${path}.${process.pid}`, content)
    renameSync(`${path}.${process.pid}`, path)
  } catch {
    // The next start tries again.
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
