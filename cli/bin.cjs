#!/usr/bin/env node
// Starts the command line from the package's bundle or from a clone's sources. Plain JavaScript, because the installed
// Node may not support TypeScript; a clone then uses the Node in its node_modules.
const { existsSync } = require('node:fs')
const { enableCompileCache } = require('node:module')
const { join } = require('node:path')

const ROOT = join(__dirname, '..')
const OWN_NODE = join(ROOT, 'node_modules', 'node', 'bin', 'node')

enableCompileCache?.()
if (!existsSync(join(ROOT, 'cli', 'main.ts'))) startBundle()
else if (process.features.typescript) import('./main.ts')
else startWith(OWN_NODE)

function startBundle() {
  const problem = require('./node-version.cjs').nodeProblem()
  if (problem === undefined) return require('../dist/cli.js')
  console.error(problem)
  process.exitCode = 2
}

/** Runs the program with another Node and forwards signals and the exit status. */
function startWith(node) {
  if (!existsSync(node)) {
    console.error(
      `image-mirror requires Node 22.18 or later, but this is ${process.version}; run "npm ci" in ${ROOT}`,
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
