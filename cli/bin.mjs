#!/usr/bin/env node
// What `npx image-mirror` starts. Plain JavaScript, because the Node that it meets may be too old for TypeScript: then
// the project's own takes over. `copy` runs from a bundle, which starts in a fraction of the time that its many files
// take; the bundle is made on first use, and again when a file of it has changed.
import { spawn } from 'node:child_process'
import { existsSync, readFileSync, statSync } from 'node:fs'
import module from 'node:module'
import { constants } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const ROOT = join(import.meta.dirname ?? fileURLToPath(new URL('.', import.meta.url)), '..')
const OWN_NODE = join(ROOT, 'node_modules', 'node', 'bin', 'node')
const CACHE = join(ROOT, 'node_modules', '.cache', 'image-mirror')
const BUNDLE = join(CACHE, 'copy.mjs')
const INPUTS = join(CACHE, 'copy.json')

if (process.features.typescript) await start()
else startWith(OWN_NODE)

async function start() {
  if (process.argv[2] === 'copy' && (isFresh() || (await makeBundle()))) {
    module.enableCompileCache?.(CACHE)
    await import(pathToFileURL(BUNDLE).href)
  } else {
    await import('./main.ts')
  }
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
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('exit', (status, signal) => {
    process.exitCode = status ?? 128 + constants.signals[signal]
  })
}
