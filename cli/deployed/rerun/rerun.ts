/** Implements the command `rerun`: starts a run of just the failed pairs of another. */
import { z } from 'zod'
import { reportSchema } from '../../../mirror/documents.ts'
import { listKey, reportKey, rerunKey } from '../../../mirror/keys.ts'
import { rerunPairs } from '../../../mirror/report/alert/rerun.ts'
import { plural } from '../../../mirror/units.ts'
import { quote } from '../../../registry/model/label.ts'
import type { Terminal } from '../../terminal/terminal.ts'
import { type Execution, isRunning } from '../aws/executions.ts'
import { AwsProblem } from '../aws/problem.ts'
import { type Deployed, withMirror } from '../aws/with-mirror.ts'
import { followRun } from '../run/follow-run.ts'
import { commandText } from '../run/text.ts'
import { runName } from '../start/start.ts'
import type { RerunOptions } from './command.ts'

/** Returns the exit status. */
export async function rerun(
  { place, run, follow, json }: RerunOptions,
  terminal: Terminal,
  signal: AbortSignal,
  pollMs?: number,
): Promise<number> {
  return withMirror(place, signal, async (deployed) => {
    const { executions } = deployed
    const failed = run === undefined ? await latestFailed(deployed) : await executions.describe(run)
    if (isRunning(failed)) {
      const command = commandText('follow', [failed.run], place)
      throw new AwsProblem(`The run ${failed.run} has not ended; follow it with: ${command}`)
    }
    const { input, count } = await inputOf(failed, deployed)
    terminal.stderr.write(`${plural(count, 'pair')} of ${failed.run} failed\n`)
    const execution = await executions.start(runName(new Date(), 'rerun'), input)
    return followRun(execution, deployed, terminal, {
      json,
      noFollow: !follow,
      signal,
      ...(pollMs === undefined ? {} : { pollMs }),
    })
  })
}

async function latestFailed({ executions, mirror }: Deployed): Promise<Execution> {
  const [latest] = await executions.recent(1, 'FAILED')
  if (latest === undefined) throw new AwsProblem(`No run of ${mirror.stack} has failed in the last 90 days.`)
  // Lists leave the input out.
  return executions.describe(latest.arn)
}

/** The input has a limited length, so it names the document of the pairs, which Report has written. */
async function inputOf(execution: Execution, { documents }: Deployed) {
  const { run, error, cause } = execution
  const store = await documents()
  const report = await store.find(reportKey(run), reportSchema)
  if (report === undefined) {
    const why = error === undefined ? '' : ` It ended with ${error}: ${quote(cause ?? 'no cause')}.`
    throw new AwsProblem(
      `The run ${run} has no report, or it is older than 30 days.${why} Start a whole run instead.`,
    )
  }
  const only = rerunPairs(report.pairs)
  if (only.length === 0)
    throw new AwsProblem(`No pair of the run ${run} failed; there is nothing to run again.`)
  const urlOf = (key: string) => `s3://${store.bucket}/${key}`
  return {
    count: only.length,
    input: {
      ...((await store.exists(listKey(run))) ? { imagesFrom: urlOf(listKey(run)) } : {}),
      only: urlOf(rerunKey(run)),
      ...(wasDry(execution) ? { dryRun: true } : {}),
    },
  }
}

const dryInput = z.object({ dryRun: z.literal(true) })

function wasDry({ input = '{}' }: Execution): boolean {
  return dryInput.safeParse(JSON.parse(input)).success
}
