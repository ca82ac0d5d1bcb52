// The number of history events of an execution in which every step fails as often as possible.
// https://docs.aws.amazon.com/step-functions/latest/apireference/API_HistoryEvent.html
import { MAX_DEFERRED_ROUNDS } from '../../mirror/contract.ts'
import { StateName } from '../../statemachine/state-names.ts'
import { type Graph, processorOf, type State, stateOf } from './definition.ts'
import { WAVES } from './worst-case.ts'

const ENTERED_AND_EXITED = 2
/** Map states also have events for their start and success. */
const MAP = ENTERED_AND_EXITED + 2
/** The start and the end. */
const ITERATION = 2
const EXECUTION = 2

/** One visit of a state, including all its tries. */
export function eventsOf({ Type, Resource, Retry = [] }: State): number {
  if (Type === 'Map') return MAP
  if (Type !== 'Task') return ENTERED_AND_EXITED
  const isBuild = String(Resource).endsWith(':startBuild.sync')
  const tries = Retry.map(({ ErrorEquals, MaxAttempts = 3 }) => {
    const refused = isBuild && ErrorEquals.every((error) => error.startsWith('CodeBuild.'))
    return MaxAttempts * (isBuild && !refused ? 4 : 3)
  })
  return ENTERED_AND_EXITED + tries.reduce((sum, events) => sum + events, isBuild ? 4 : 3)
}

const ROUND: readonly string[] = [StateName.Sync, StateName.ReadOutcome, StateName.ChooseByOutcome]

/** The longest path of a pair: every round is deferred, including the last one. */
export function pairEvents(workflow: Graph): number {
  const { StartAt, States } = processorOf(workflow, StateName.MirrorTargets)
  const inLoop = loopOf(States)
  const once = Object.keys(States).filter((name) => !inLoop.includes(name))
  const [first, settled] = [stateOf(workflow, StartAt), stateOf(workflow, StateName.IsInSync)]
  const ends = once
    .filter((name) => States[name]?.Type === 'Pass')
    .map((name) => eventsOf(stateOf(workflow, name)))
  const round = ROUND.map((name) => eventsOf(stateOf(workflow, name)))
  const between = inLoop
    .filter((name) => !ROUND.includes(name))
    .map((name) => eventsOf(stateOf(workflow, name)))
  return (
    ITERATION +
    eventsOf(first) +
    eventsOf(settled) +
    sum(round) * (1 + MAX_DEFERRED_ROUNDS) +
    sum(between) * MAX_DEFERRED_ROUNDS +
    Math.max(...ends)
  )
}

/** The events of a child execution, without those of its pairs. */
export function imageEvents(workflow: Graph): number {
  const of = (name: string) => eventsOf(stateOf(workflow, name))
  const waves = of(StateName.MirrorWaves) + WAVES * (ITERATION + of(StateName.MirrorTargets))
  return (
    EXECUTION + of(StateName.Resolve) + waves + Math.max(of(StateName.ImageDone), of(StateName.ImageFailed))
  )
}

/** The states on a cycle. */
function loopOf(states: Graph['States']): string[] {
  return Object.keys(states).filter((name) => reachable(states, name).has(name))
}

function reachable(states: Graph['States'], from: string, found = new Set<string>()): Set<string> {
  for (const next of nextOf(states[from])) {
    if (found.has(next)) continue
    found.add(next)
    reachable(states, next, found)
  }
  return found
}

function nextOf(state: State | undefined): string[] {
  const choices = [...(state?.Choices ?? []), ...(state?.Catch ?? [])].map(({ Next }) => Next)
  return [state?.Next, state?.Default, ...choices].filter((name) => name !== undefined)
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
