// The version of Node that the package requires. Both entries of the package check it before they load anything that an
// older Node cannot run, so this is plain JavaScript.
const { engines } = require('../package.json')

/** Returns a message if this Node is too old for the package. */
function nodeProblem() {
  const [oldest] = /\d+/.exec(engines.node)
  if (Number.parseInt(process.versions.node, 10) >= Number(oldest)) return undefined
  return `image-mirror requires Node ${oldest} or later, but this is ${process.version}`
}

/**
 * Ends the process if this Node is too old for the package. An app cannot go on without its construct, and an error would
 * end it in a stack trace of the app's loader.
 */
function requireNode() {
  const problem = nodeProblem()
  if (problem === undefined) return
  console.error(problem)
  process.exit(1)
}

module.exports = { nodeProblem, requireNode }
