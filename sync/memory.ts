/**
 * Keeps the program's memory flat, whatever it moves and however long that takes. What it moves are millions of
 * short-lived buffers outside V8's heap, of which the large ones are given back by hand (registry/owned-bytes.ts).
 */
import { setFlagsFromString } from 'node:v8'

/**
 * V8 would let its young generation grow to 32 MB before it looks for what is dead. With a smaller one of a fixed size the
 * small buffers of TLS are found dead while still in the processor's caches. Not too small: what is in use each time it
 * looks is taken for old, and stays until it looks through everything. 900 MB in six blobs peak at 98 MB without this
 * and at 81 with it (Node 24.21, x86-64, TLS on both sides).
 */
const YOUNG_GENERATION = ['--semi-space-growth-factor=1']
/** Since V8 13; an older one would complain on stderr. */
const YOUNG_GENERATION_SIZE = ['--scavenger-max-new-space-capacity-mb=6']

/** TurboFan takes 10 MB, and makes little faster that Maglev has not. Without both, TLS takes half as much time again. */
const NO_TURBOFAN = ['--no-opt']

/**
 * By itself Maglev looks at what was called 400 times: small copies are over before that has paid, and take 5 % more
 * processor time. With TLS, which calls much more, it makes no difference.
 */
const PATIENT_MAGLEV = ['--invocation-count-for-maglev=2000']

/** To be called before anything large is read. */
export function keepMemoryFlat(): void {
  const isNew = Number.parseInt(process.versions.v8, 10) >= 13
  const flags = [
    ...YOUNG_GENERATION,
    ...NO_TURBOFAN,
    ...(isNew ? [...YOUNG_GENERATION_SIZE, ...PATIENT_MAGLEV] : []),
  ]
  for (const flag of flags) setFlagsFromString(flag)
}
