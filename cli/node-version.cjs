// The version of Node that the package requires. Both entries of the package check it before they load anything that an
// older Node cannot run, so this is plain JavaScript.
const { engines } = require('../package.json')

/** Returns a message if this Node is too old for the package. */
function nodeProblem() {
  const [oldest] = /\d+/.exec(engines.node)
  if (Number.parseInt(process.versions.node, 10) >= Number(oldest)) return undefined
  return `image-mirror requires Node ${oldest} or later, but this is ${process.version}`
}

/** @throws {Error} if this Node is too old for the package */
function requireNode() {
  const problem = nodeProblem()
  if (problem !== undefined) throw new Error(problem)
}

module.exports = { nodeProblem, requireNode }
