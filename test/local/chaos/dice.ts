// Seeded chance, independent of the order of events: the nth occurrence of an event has the same luck in every run.
import { createHash } from 'node:crypto'

export interface Dice {
  /** Returns a number of at least 0 and less than 1, to select a fault, if this occurrence is unlucky. */
  unlucky(boundary: string, thing: string): number | undefined
  /** Disables faults before and after the run. */
  active: boolean
  readonly tallies: Readonly<Record<string, Tally>>
}

export interface Tally {
  rolled: number
  struck: number
}

/** @param rate - share of unlucky occurrences: 0.05 is one in twenty */
export function createDice(seed: number, rate: number): Dice {
  const times = new Map<string, number>()
  const tallies: Record<string, Tally> = {}
  const dice = { unlucky, active: false, tallies }

  function unlucky(boundary: string, thing: string): number | undefined {
    if (!dice.active) return undefined
    const key = `${boundary} ${thing}`
    const time = (times.get(key) ?? 0) + 1
    times.set(key, time)
    tallies[boundary] ??= { rolled: 0, struck: 0 }
    tallies[boundary].rolled += 1
    const [luck, choice] = numbersOf(`${seed} ${key} ${time}`)
    if (luck >= rate) return undefined
    tallies[boundary].struck += 1
    return choice
  }
  return dice
}

function numbersOf(text: string): readonly [number, number] {
  const hash = createHash('sha1').update(text).digest()
  return [hash.readUInt32BE(0) / 2 ** 32, hash.readUInt32BE(4) / 2 ** 32]
}

export function choose<T>(from: readonly [T, ...T[]], choice: number): T {
  return from[Math.floor(choice * from.length)] ?? from[0]
}
