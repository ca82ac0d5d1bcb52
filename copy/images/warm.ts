/**
 * Connections that are opened while the answer before a burst of questions is on its way, so that the burst does not
 * wait for handshakes.
 */
import type { Descriptor } from '../../registry/model/manifest.ts'
import type { Attempt } from '../attempt.ts'

/** All parts of a manifest are asked for at once, as far as the limiter lets them. */
const MOST_AT_TARGET = 64
/** How many of the parts are missing is not known yet, and other people's registries are not for idle connections. */
const MOST_AT_SOURCE = 16
/** A layer in a manifest takes 170 bytes or more, a platform in an index 250. */
const BYTES_OF_A_PART = 200

/** For the questions that come after the manifest was read: its size says about how many. */
export function warmTarget({ target: { repository } }: Attempt, { size }: Descriptor): void {
  repository.warm(Math.min(Math.ceil(size / BYTES_OF_A_PART), MOST_AT_TARGET))
}

/** For the parts that the target turns out to lack. */
export function warmSource({ places }: Attempt, parts: number): void {
  places.opened()[0]?.warm(Math.min(parts, MOST_AT_SOURCE))
}
