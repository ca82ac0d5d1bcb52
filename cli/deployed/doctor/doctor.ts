/** Implements the command `doctor`: runs every check, whatever the others found. */
import { CloudFormationClient } from '@aws-sdk/client-cloudformation'
import pMap from 'p-map'
import { ErrorName } from '../../../mirror/error-name.ts'
import type { List } from '../../../mirror/list/config.ts'
import { unlessAborted } from '../../terminal/interrupted.ts'
import { printJson, printLines } from '../../terminal/print.ts'
import { type Terminal, widthOf } from '../../terminal/terminal.ts'
import { configOf } from '../aws/mirror.ts'
import { AwsProblem } from '../aws/problem.ts'
import { type Deployed, withMirror } from '../aws/with-mirror.ts'
import { CHECKS } from './checks.ts'
import type { DoctorOptions } from './command.ts'
import { type Check, type Context, using } from './context.ts'
import { readDeployedList, readWholeList } from './deployed-list.ts'
import { type Diagnosis, type Finding, notChecked } from './document.ts'
import { readStack, type StackContent } from './stack-content.ts'
import { renderDiagnosis } from './text.ts'

const PARALLEL_CHECKS = 4

/** Returns the exit status. */
export async function doctor(
  { place, json }: DoctorOptions,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<number> {
  return withMirror(place, signal, async (deployed) => {
    const { stdout } = terminal
    const found = await unlessAborted(diagnose(deployed, new Date()), signal)
    if (json) printJson(stdout, found)
    else printLines(stdout, renderDiagnosis(found, widthOf(stdout)))
    return found.counts.failed === 0 ? 0 : 1
  })
}

export async function diagnose(deployed: Deployed, now: Date): Promise<Diagnosis> {
  const { stack, account, region } = deployed.mirror
  const context = await open(deployed, now)
  const findings = await pMap(CHECKS, (check) => perform(check, context), { concurrency: PARALLEL_CHECKS })
  const checks = findings.flat()
  const count = (status: Finding['status']) => checks.filter((one) => one.status === status).length
  return {
    mirror: { stack, account, region },
    checks,
    counts: {
      ok: count('ok'),
      warning: count('warning'),
      failed: count('failed'),
      notChecked: count('notChecked'),
    },
  }
}

async function open(deployed: Deployed, now: Date): Promise<Context> {
  const { mirror } = deployed
  const config = (region = mirror.region) => ({ ...configOf(mirror.place), region })
  const read = (name: string, region: string) =>
    using(new CloudFormationClient(config(region)), (client) => readStack(client, mirror, name, region))
  const stack = await read(mirror.stack, mirror.region)
  if (stack === undefined) throw new AwsProblem(`The stack ${mirror.stack} is being deleted.`)
  let deployedList: Promise<List> | undefined
  let wholeList: Promise<List> | undefined
  const list = (): Promise<List> => (deployedList ??= readDeployedList(stack, mirror))
  const readWhole = async (): Promise<List> => readWholeList(await list(), mirror, { config: config(), now })
  const pushStacks = new Map<string, Promise<StackContent | undefined>>()
  return {
    deployed,
    now,
    stack,
    config,
    list,
    whole: () => (wholeList ??= readWhole()),
    pushStack(region) {
      const found = pushStacks.get(region) ?? read(`${mirror.stack}Pushes-${region}`, region)
      pushStacks.set(region, found)
      return found
    },
  }
}

/** Answers of AWS, and lists that are invalid. Anything else is a bug. */
function isKnown(error: Error): boolean {
  return '$metadata' in error || error.name === ErrorName.InvalidInput
}

async function perform({ name, run }: Check, context: Context): Promise<Diagnosis['checks']> {
  try {
    return (await run(context)).map((finding) => ({ check: name, ...finding }))
  } catch (error) {
    if (error instanceof AwsProblem && error.permission !== undefined)
      return [{ check: name, ...notChecked(`it needs the permission ${error.permission}`) }]
    if (error instanceof Error && (error instanceof AwsProblem || isKnown(error)))
      return [{ check: name, ...notChecked(error.message) }]
    throw error
  }
}
