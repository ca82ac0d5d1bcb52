/** Implements the command `logs`: prints the log of a pair's build. */
import { stripVTControlCharacters } from 'node:util'
import type { ImageItem } from '../../../mirror/contract.ts'
import { planSchema, reportSchema, syncResultSchema } from '../../../mirror/documents.ts'
import { planKey, reportKey, resultKey } from '../../../mirror/keys.ts'
import { didYouMean } from '../../../mirror/nearest.ts'
import { targetsOf } from '../../sync/tracker.ts'
import { printJson } from '../../terminal/print.ts'
import type { Terminal } from '../../terminal/terminal.ts'
import type { Documents } from '../aws/documents.ts'
import type { Mirror } from '../aws/mirror.ts'
import { AwsProblem } from '../aws/problem.ts'
import { withMirror } from '../aws/with-mirror.ts'
import type { LogsOptions } from './command.ts'
import type { Log } from './schema.ts'

/** Returns the exit status. */
export async function logs(options: LogsOptions, terminal: Terminal, signal: AbortSignal): Promise<number> {
  return withMirror(options.place, signal, async ({ mirror, executions, documents }) => {
    const { run } = await executions.describe(options.run)
    const stream = await streamOf({ ...options, run }, await documents())
    const group = mirror.output('BuildLogGroupName')
    const events: Log['events'] = []
    for await (const event of readLog(mirror, { group, stream })) {
      signal.throwIfAborted()
      if (options.json) events.push(event)
      // A build prints what registries answered.
      else terminal.stdout.write(`${stripVTControlCharacters(event.message).trimEnd()}\n`)
    }
    if (options.json) printJson(terminal.stdout, { group, stream, events } satisfies Log)
    return 0
  })
}

type Pair = Pick<LogsOptions, 'run' | 'image' | 'target'>

/** The name of the log stream is the id of the build, which ends the link in the pair's result. */
async function streamOf(pair: Pair, documents: Documents): Promise<string> {
  const { run, image, target } = pair
  const plan = await documents.find(planKey(run), planSchema)
  if (plan === undefined) throw new AwsProblem(`The run ${run} has no plan, or it is older than 30 days.`)
  const item = itemOf(plan, pair)
  const result = await documents.find(resultKey(run, item.id, { id: target }), syncResultSchema)
  const link = result?.log ?? (await reportedLog(pair, documents))
  const [, stream] = /\/build\/[^/]{1,300}%3A([a-zA-Z0-9-]{1,200})\/log\b/.exec(link ?? '') ?? []
  if (stream !== undefined) return stream
  throw new AwsProblem(`"${image}" had no build for ${target} in ${run}: it was in sync, or failed before.`)
}

function itemOf(plan: readonly ImageItem[], { run, image, target }: Pair): ImageItem {
  const images = plan.filter((item) => item.image === image)
  if (images.length === 0)
    throw new AwsProblem(
      `The run ${run} has no image "${image}"${didYouMean(
        image,
        plan.map((item) => item.image),
      )}.`,
    )
  const found = images.find((item) => targetsOf(item).some(({ id }) => id === target))
  if (found !== undefined) return found
  const ids = [...new Set(images.flatMap((item) => targetsOf(item).map(({ id }) => id)))].join(', ')
  throw new AwsProblem(`"${image}" does not go to "${target}" in ${run}; its targets are ${ids}.`)
}

/** A build that died has no result. */
async function reportedLog({ run, image, target }: Pair, documents: Documents): Promise<string | undefined> {
  const report = await documents.find(reportKey(run), reportSchema)
  return report?.pairs.find((pair) => pair.image === image && pair.target === target)?.error?.log
}

async function* readLog(
  { config, ask }: Mirror,
  { group, stream }: { readonly group: string; readonly stream: string },
): AsyncGenerator<Log['events'][number]> {
  const { CloudWatchLogsClient, GetLogEventsCommand } = await import('@aws-sdk/client-cloudwatch-logs')
  const client = new CloudWatchLogsClient(config)
  try {
    let token: string | undefined
    for (;;) {
      const page = await ask(
        'logs:GetLogEvents',
        client.send(
          new GetLogEventsCommand({
            logGroupName: group,
            logStreamName: stream,
            startFromHead: true,
            nextToken: token,
          }),
        ),
      )
      for (const { timestamp = 0, message = '' } of page.events ?? [])
        yield { time: new Date(timestamp).toISOString(), message }
      // At the end, the service returns the token that it was given.
      if (page.nextForwardToken === token) return
      token = page.nextForwardToken
    }
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'ResourceNotFoundException') throw error
    throw new AwsProblem(`The log ${stream} no longer exists in ${group}; logs are kept for a limited time.`)
  } finally {
    client.destroy()
  }
}
