/**
 * Keeps the program's memory flat, whatever it moves and however long that takes. What it moves are millions of
 * short-lived buffers outside V8's heap, and what it computes with them is done by Node's own code.
 */
import { setFlagsFromString } from 'node:v8'

/**
 * V8 would let its young generation grow to 32 MB before it looks which buffers are dead. With a smaller one of a fixed
 * size they are found dead while still in the processor's caches. Not too small: buffers that are in use each time it
 * looks are taken for old, and stay until it looks through everything. With 6 MB, 900 MB in six blobs peak at some 105
 * MB; with 1 MB, at 140 to 155 (Node 24.21, x86-64).
 */
const YOUNG_GENERATION = ['--semi-space-growth-factor=1']
/** Since V8 13; an older one would complain on stderr. */
const YOUNG_GENERATION_SIZE = ['--scavenger-max-new-space-capacity-mb=6']

/** The optimizing compilers take 6 MB and a tenth of the processor's time in the first seconds, and save 5 % of it later. */
const NO_OPTIMIZING_COMPILERS = ['--no-opt', '--no-maglev']

/** To be called before anything large is read. */
export function keepMemoryFlat(): void {
  const isNew = Number.parseInt(process.versions.v8, 10) >= 13
  const flags = [...YOUNG_GENERATION, ...(isNew ? YOUNG_GENERATION_SIZE : []), ...NO_OPTIMIZING_COMPILERS]
  for (const flag of flags) setFlagsFromString(flag)
}
