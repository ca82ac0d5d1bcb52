#!/usr/bin/env node
// Starts the command line: from its bundle in the package, from its sources in a clone. Plain JavaScript, because the
// Node that starts it may be too old for TypeScript; a clone then has a Node of its own.
const { existsSync } = require('node:fs')
const { enableCompileCache } = require('node:module')
const { join } = require('node:path')

const ROOT = join(__dirname, '..')
const OWN_NODE = join(ROOT, 'node_modules', 'node', 'bin', 'node')

enableCompileCache?.()
if (!existsSync(join(ROOT, 'cli', 'main.ts'))) require('../dist/cli.js')
else if (process.features.typescript) import('./main.ts')
else startWith(OWN_NODE)

/** Stands aside: the other process owns the terminal, the signals and the exit status. */
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
