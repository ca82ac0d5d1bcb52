/**
 * Tracks the progress of each pair from the engine's events: its current step and its outcome. Uses the types of states
 * and the messages of the contract, never state names.
 */
import type { ImageItem } from '../../mirror/contract.ts'
import { imageEndSchema, imageItemSchema, pairEndSchema } from '../../mirror/contract.ts'
import { endingOf } from '../../mirror/report/outcomes.ts'
import { isObject, type Json } from '../json.ts'
import { everyState, parseDefinition } from './asl.ts'
import type { ExecutionEvent } from './engine.ts'

const STATES_UNDER_WAY = [
  'waiting',
  'resolving',
  'checking',
  'syncing',
  'backing off',
  'interrupted',
] as const
const SETTLED_STATES = ['inSync', 'synced', 'stale', 'missing', 'deferred', 'failed'] as const
export type PairState = (typeof STATES_UNDER_WAY)[number] | (typeof SETTLED_STATES)[number]

export function isSettled(state: PairState): boolean {
  return (SETTLED_STATES as readonly PairState[]).includes(state)
}

export interface PairProgress {
  /** The image item's id, unique in the run. */
  readonly id: string
  readonly image: string
  readonly target: string
  readonly state: PairState
}

export interface Progress {
  /** All pairs known so far, in the order of the plan. */
  pairs(): readonly PairProgress[]
  count(): number
  /** Receives the plan as soon as it is available. */
  planned(items: readonly ImageItem[]): void
  onEvent(event: ExecutionEvent): void
}

export function followRun(definition: string, onChange: (pair: PairProgress) => void = () => {}): Progress {
  const pairs = new Map<string, PairProgress>()
  /** The targets of each image; scanning all pairs per image would be too slow for long lists. */
  const targetsOf = new Map<string, string[]>()
  const kinds = kindsOf(definition)

  function set(
    id: string,
    target: string,
    state: PairState,
    image = pairs.get(`${id} ${target}`)?.image ?? id,
  ) {
    const key = `${id} ${target}`
    if (pairs.get(key)?.state === state) return
    const pair = { id, image, target, state }
    if (!pairs.has(key)) targetsOf.set(id, [...(targetsOf.get(id) ?? []), target])
    pairs.set(key, pair)
    onChange(pair)
  }

  function setAll(id: string, state: PairState) {
    for (const target of targetsOf.get(id) ?? []) set(id, target, state)
  }

  function planned(items: readonly ImageItem[]) {
    for (const { id, image, waves } of items) {
      for (const { id: target } of waves.flatMap(({ targets }) => targets)) {
        if (!pairs.has(`${id} ${target}`)) set(id, target, 'waiting', image)
      }
    }
  }

  function entered(name: string, input: Json) {
    const kind = kinds.get(name)
    const { id, target, item } = subjectOf(input)
    if (!id || !kind) return
    if (item) planned([item])
    if (target) set(id, target, kind === 'build' ? 'syncing' : kind === 'wait' ? 'backing off' : 'checking')
    else if (kind === 'function') setAll(id, 'resolving')
  }

  function exited(name: string, input: Json, output: Json) {
    const { id, target } = subjectOf(input)
    if (!id || !isObject(output)) return
    if (!target && kinds.get(name) === 'function') setAll(id, 'waiting')
    const pair = target && output.target === target ? pairEndSchema.safeParse(output) : undefined
    if (target && pair?.success) set(id, target, endingOf(pair.data).outcome)
    const image = target ? undefined : imageEndSchema.safeParse(output)
    if (image?.success && image.data.caught) setAll(id, endingOf({ caught: image.data.caught }).outcome)
  }

  return {
    pairs: () => [...pairs.values()],
    count: () => pairs.size,
    planned,
    onEvent(event) {
      if (event.type === 'StateEntered') entered(event.state.name, event.state.input)
      if (event.type === 'StateExited')
        exited(event.state.name, event.state.input, event.state.output ?? null)
    },
  }
}

type Kind = 'function' | 'build' | 'wait'

function kindsOf(definition: string): ReadonlyMap<string, Kind> {
  const kinds = new Map<string, Kind>()
  for (const [name, { Type, Resource }] of everyState(parseDefinition(definition))) {
    if (Type === 'Wait') kinds.set(name, 'wait')
    if (Type === 'Task') kinds.set(name, String(Resource).includes(':codebuild:') ? 'build' : 'function')
  }
  return kinds
}

/** The image and target of a state. */
function subjectOf(input: Json): { id?: string; target?: string; item?: ImageItem } {
  if (!isObject(input) || !isObject(input.image) || typeof input.image.id !== 'string') return {}
  const target = isObject(input.target) ? input.target.id : undefined
  if (typeof target === 'string') return { id: input.image.id, target }
  const item = imageItemSchema.safeParse(input.image)
  return { id: input.image.id, ...(item.success ? { item: item.data } : {}) }
}
