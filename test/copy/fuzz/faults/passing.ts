// Transient faults: a retry of the request succeeds.

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

/** For any request. */
export function passing(chance: Chance): Act {
  if (chance.is(0.8)) return broken(chance)
  return refuse(429, 'TOOMANYREQUESTS', chance.is(0.5) ? { 'retry-after': '2' } : {})
}

/** The same without rate limits, which affect other requests too. */
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

/** For blobs. Appends no bytes, because a blob that is too long is rejected without a retry. */
export function flipped(chance: Chance): Act {
  return chance.is(0.5) ? cut(chance.random()) : flip(chance.random())
}

/** For requests whose response is verified against a digest. */
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

/** Missing or unreadable responses. */
export function senseless(chance: Chance): Act {
  return chance.is(0.3) ? noise(chance.bytes(64 * 1024)) : chance.pick(WRONG_HEADS)
}

/** Unusual but unambiguous responses. */
export function odd(chance: Chance): Act {
  return chance.is(0.2) ? interim(chance.between(1, 4)) : chance.pick(ODD_HEADS)
}
