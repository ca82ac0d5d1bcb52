// Runs a trial: its steps in their order, and the deletion of everything, whatever happened before.
import type { List } from '../../mirror/list/config.ts'
import { parseList } from '../../mirror/list/parse-list.ts'
import type { Arguments } from './arguments.ts'
import { clean } from './clean.ts'
import { costOf } from './cost.ts'
import type { Deployment } from './deployment.ts'
import { leftoversOf, type Names, newNames } from './names.ts'
import { requireAccount, requireRegions } from './preflight.ts'
import { sourceOf } from './source.ts'
import type { Step } from './step.ts'
import { STEPS } from './steps.ts'
import type { Pace, World } from './world.ts'

export interface TrialProps {
  readonly given: Arguments
  readonly deployment: Deployment
  readonly pace: Pace
  readonly signal: AbortSignal
  readonly print: (line: string) => void
  readonly names?: Names
  /** @default STEPS */
  readonly steps?: readonly Step[]
}

/** @returns the exit status: 0 if every step proved what it should, and everything is deleted */
export async function runTrial(props: TrialProps): Promise<number> {
  const { given, print, pace, signal, names = newNames() } = props
  await requireAccount(given)
  await requireRegions(given)
  const [home = '', other = ''] = given.regions
  print(`${names.stack} in ${home}, account ${given.account}`)
  const list = listOfTrial(names, given, sourceOf({ given, home, names }))
  const { deployment } = props
  const world: World = { names, home, other, given, list, deployment, pace, signal, runs: [], started: 0 }
  const started = Date.now()
  let status = 0
  try {
    for (const step of props.steps ?? STEPS) {
      signal.throwIfAborted()
      print(`ok      ${step.name.padEnd(14)} ${await step.run(world)}`)
    }
  } catch (error) {
    status = 1
    print(`FAILED  ${signal.aborted ? 'interrupted' : wordsOf(error)}`)
  }
  try {
    const leftovers = leftoversOf(names)
    const { regions, otherRole } = given
    const deleted = await clean({ regions, leftovers, pace, otherRole })
    print(`deleted ${deleted.length === 0 ? 'nothing more' : deleted.join(', ')}`)
  } catch (error) {
    status = 1
    print(`FAILED  ${wordsOf(error)}. Something is left; delete it with: ${cleanCommand(given)}`)
  }
  print(`It cost at most ${costOf(world, Date.now() - started).toFixed(3)} USD.`)
  return status
}

/** The regions are those of the trial: what it has left is only there. */
function cleanCommand({ account, regions, otherRole }: Arguments): string {
  const role = otherRole === undefined ? '' : ` --other-account-role ${otherRole}`
  return `npm run test:aws -- --clean --account ${account} --regions ${regions.join(',')}${role}`
}

/** Deletes what earlier trials have left. @returns the exit status */
export async function cleanTrials({ given, pace, print }: Pick<TrialProps, 'given' | 'pace' | 'print'>) {
  await requireAccount(given)
  const { regions, otherRole } = given
  const deleted = await clean({ regions, leftovers: leftoversOf(), pace, otherRole })
  for (const one of deleted) print(`deleted ${one}`)
  if (deleted.length === 0) print('no trial has left anything')
  return 0
}

/** One image in ECR, mirrored to both regions, and pushes that are copied. It has no schedule. */
function listOfTrial({ prefix }: Names, { regions, otherRole }: Arguments, source: string): List {
  const [home = ''] = regions
  const [, , , , other] = otherRole?.split(':') ?? []
  const ofOther =
    otherRole === undefined
      ? {}
      : {
          targets: { other: { account: other, regions: [home], role: otherRole } },
          defaults: { targets: ['regions', 'other'] },
        }
  const list = {
    regions,
    schedule: 'off',
    images: [{ source: `${source}:1`, repository: `${prefix}/mirror/app` }],
    push: { repositories: [`${prefix}/pushed/*`] },
    ...ofOther,
  }
  return parseList(JSON.stringify(list), 'the list of the trial')
}

function wordsOf(error: unknown): string {
  if (error instanceof AggregateError) return [error.message, ...error.errors.map(wordsOf)].join('; ')
  return error instanceof Error ? error.message : String(error)
}
