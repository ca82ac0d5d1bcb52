// A fault of a server, and the losses that it permits.

import { type Place, placeOf } from '../place.ts'
import { type Chance, closureOf } from '../shelf.ts'
import type { Honest } from '../source.ts'
import { type Exchange, type Question, send } from '../wire.ts'
import type { World } from '../world.ts'
import type { Act } from './acts.ts'

/** The content that the copier may fail to deliver if it reports so. It must deliver all else. */
export interface Harm {
  /** @default - none */
  readonly tags?: ReadonlySet<string> | 'all'
  /** The tag list is incomplete. */
  readonly list?: boolean
  /** Artifacts may be missing, with a warning. */
  readonly artifacts?: boolean
  /** The source denies having artifacts, so they may be missing without a warning. */
  readonly hidesArtifacts?: boolean
}

export interface Fault {
  readonly name: string
  readonly on: (place: Place, question: Question) => boolean
  /** @default - always */
  readonly times?: number
  readonly act: Act
  readonly harm: Harm
}

export interface Scene {
  readonly world: World
  /** Listeners that must not receive credentials. */
  readonly canary: string
  readonly chance: Chance
}

/** Creates a fault for a world; undefined if the world has nothing that it applies to. */
export type MakeFault = (scene: Scene) => Fault | undefined

export const HARMLESS: Harm = {}
export const RUIN: Harm = { tags: 'all', list: true, artifacts: true, hidesArtifacts: true }

/** All tags that need this content. */
export function tagsWith({ tags, shelf }: World, digest: string): Set<string> {
  return new Set([...tags].filter(([, root]) => closureOf(shelf, root).has(digest)).map(([tag]) => tag))
}

/** @param struck - called for each response that a fault replaces */
export function talkWith(
  honest: Honest,
  faults: readonly Fault[],
  struck: () => void,
): (exchange: Exchange) => void {
  const left = faults.map((fault) => ({ fault, times: fault.times ?? Number.POSITIVE_INFINITY }))
  return (exchange) => {
    const { question } = exchange
    const place = placeOf(question)
    const found = left.find(({ fault, times }) => times > 0 && fault.on(place, question))
    if (found === undefined) return send(exchange, honest(question))
    found.times--
    struck()
    found.fault.act(exchange, () => honest(question))
  }
}
