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
 * Compilers of what is called often: a tenth of the processor time of a small copy, which is over before that has paid.
 * V8 has them, and uses them by itself, on these processors.
 */
const COMPILERS = ['x64', 'arm64'].includes(process.arch) ? ['sparkplug', 'maglev'] : []
const COMPILE_AFTER_MS = 300

/**
 * glibc gives free memory at the end of its heap back from 128 KB on, and each page that it then takes again is one to
 * be cleared by the system: 8 % of the processor time of a large copy. Both bounds follow the largest block that was
 * ever given back, up to 32 MiB. This one is given back untouched. https://man7.org/linux/man-pages/man3/mallopt.3.html
 */
const LARGEST_BLOCK = 31 * 1024 * 1024

/**
 * To be called before anything large is read, and after Node's own modules were loaded: the code that Node has of them is
 * for V8's usual flags, and with others each of them takes as long again.
 */
export function keepMemoryFlat(): void {
  const isNew = Number.parseInt(process.versions.v8, 10) >= 13
  for (const flag of [...YOUNG_GENERATION, ...NO_TURBOFAN, ...(isNew ? YOUNG_GENERATION_SIZE : [])]) {
    setFlagsFromString(flag)
  }
  compileLater()
  // Node 20 has no transfer.
  Buffer.allocUnsafeSlow(LARGEST_BLOCK).buffer.transfer?.(0)
}

function compileLater(): void {
  for (const compiler of COMPILERS) setFlagsFromString(`--no-${compiler}`)
  const later = (): void => {
    for (const compiler of COMPILERS) setFlagsFromString(`--${compiler}`)
  }
  setTimeout(later, COMPILE_AFTER_MS).unref()
}
