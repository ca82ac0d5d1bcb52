// Calls a bundled function once, as Lambda does, in a separate process: `node invoke.ts BUNDLE`, with the event as
// one line on stdin.
import { text } from 'node:stream/consumers'
import { pathToFileURL } from 'node:url'

const [bundle = ''] = process.argv.slice(2)
const event: unknown = JSON.parse(await text(process.stdin))
/** Longer than Lambda allows: on a busy machine, the processor time shows whether the function meets its limit. */
const LIFE_MS = 86_400_000

const started = performance.now()
const { handler } = (await import(pathToFileURL(bundle).href)) as {
  handler(event: unknown, context: object): Promise<unknown>
}
const output = await handler(event, {
  functionName: 'function',
  functionVersion: '$LATEST',
  invokedFunctionArn: 'arn:aws:lambda:us-east-1:123456789012:function:function',
  memoryLimitInMB: '2048',
  awsRequestId: 'request',
  getRemainingTimeInMillis: () => LIFE_MS - (performance.now() - started),
})
const measured = {
  output,
  seconds: (performance.now() - started) / 1000,
  processorSeconds: (process.cpuUsage().user + process.cpuUsage().system) / 1e6,
  // In kilobytes: https://nodejs.org/api/process.html#processresourceusage
  residentBytes: process.resourceUsage().maxRSS * 1024,
}
process.stdout.write(`\n${JSON.stringify(measured)}\n`)
// Connections that are kept alive would hold the process.
process.exit(0)
