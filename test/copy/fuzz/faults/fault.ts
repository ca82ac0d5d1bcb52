// One thing that goes wrong at a server, and what it may cost.

import { type Place, placeOf } from '../place.ts'
import { type Chance, closureOf } from '../shelf.ts'
import type { Honest } from '../source.ts'
import { type Exchange, type Question, send } from '../wire.ts'
import type { World } from '../world.ts'
import type { Act } from './acts.ts'

/** What the copier may fail to deliver, as long as it says so. Everything else has to arrive. */
export interface Harm {
  /** @default - none */
  readonly tags?: ReadonlySet<string> | 'all'
  /** The list of tags cannot be read to its end. */
  readonly list?: boolean
  /** Artifacts may stay behind with a warning. */
  readonly artifacts?: boolean
  /** The source denies that there are any, so that no warning can be asked for. */
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
  /** Where no credentials must arrive. */
  readonly canary: string
  readonly chance: Chance
}

/** Makes a fault for a world; undefined where the world has nothing that it could befall. */
export type MakeFault = (scene: Scene) => Fault | undefined

export const HARMLESS: Harm = {}
export const RUIN: Harm = { tags: 'all', list: true, artifacts: true, hidesArtifacts: true }

/** All tags that need this content. */
export function tagsWith({ tags, shelf }: World, digest: string): Set<string> {
  return new Set([...tags].filter(([, root]) => closureOf(shelf, root).has(digest)).map(([tag]) => tag))
}

/** @param struck - called for each answer that is not the honest one */
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
