// Faults that pass: the same request is answered well when it is sent again.

import type { Chance } from '../shelf.ts'
import {
  type Act,
  append,
  bare,
  breakOff,
  brokenJson,
  close,
  cut,
  drip,
  flip,
  flood,
  hang,
  interim,
  noise,
  nonsense,
  ODD_HEADS,
  refuse,
  reset,
  WRONG_HEADS,
  webPage,
} from './acts.ts'

/** Of any request. */
export function passing(chance: Chance): Act {
  if (chance.is(0.8)) return broken(chance)
  return refuse(429, 'TOOMANYREQUESTS', chance.is(0.5) ? { 'retry-after': '2' } : {})
}

/** The same without rate limits, which concern more than the request that meets them. */
export function broken(chance: Chance): Act {
  return chance.pick<(chance: Chance) => Act>([
    ({ pick }) => refuse(pick([500, 502, 503, 504, 408, 421, 423, 425])),
    ({ pick }) => bare(pick([500, 502, 503, 504])),
    () => reset,
    () => close,
    () => breakOff(0, 'close'),
    ({ random }) => breakOff(random(), 'reset'),
    ({ is }) => (is(0.2) ? hang : reset),
    ({ is, random }) => (is(0.2) ? breakOff(random(), 'hang') : close),
    ({ is }) => (is(0.1) ? drip : reset),
    ({ is }) => (is(0.1) ? flood : reset),
  ])(chance)
}

/** Of a blob. One with too many bytes is believed, and not asked for again. */
export function flipped(chance: Chance): Act {
  return chance.is(0.5) ? cut(chance.random()) : flip(chance.random())
}

/** Of a request whose answer has a digest to be checked against. */
export function spoiled(chance: Chance): Act {
  return chance.pick<(chance: Chance) => Act>([
    ({ random }) => cut(random()),
    ({ random }) => flip(random()),
    () => append,
    () => webPage,
    () => brokenJson,
    ({ bytes }) => nonsense(bytes(64 * 1024)),
  ])(chance)
}

/** Not an answer at all. */
export function senseless(chance: Chance): Act {
  return chance.is(0.3) ? noise(chance.bytes(64 * 1024)) : chance.pick(WRONG_HEADS)
}

/** Odd, and of one clear meaning. */
export function odd(chance: Chance): Act {
  return chance.is(0.2) ? interim(chance.between(1, 4)) : chance.pick(ODD_HEADS)
}
