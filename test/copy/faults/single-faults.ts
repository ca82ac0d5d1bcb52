// Single faults that break other copiers, and a copy that meets them.
import type { IncomingMessage } from 'node:http'
import { copyTag } from '../../../copy/copy.ts'
import { createLimit } from '../../../copy/limit.ts'
import { createPlaces } from '../../../copy/places.ts'
import { createTarget } from '../../../copy/target.ts'
import type { Descriptor } from '../../../registry/model/manifest.ts'
import {
  type Action,
  afterBytes,
  answer,
  closeAfter,
  cut,
  flip,
  refuse,
  reset,
  resetAfter,
  stallAfter,
} from '../../support/actions.ts'
import { STALL_MS, testClient } from '../../support/client.ts'
import type { When } from '../../support/faults.ts'
import { lineOfMessage } from '../../support/recorder.ts'
import { FROM, TO } from '../pair.ts'

/** The image has enough layers to copy several at once, each large enough to fail in the middle. */
export const LAYERS = 8
export const LAYER_SIZE = 300_000
const HALF = LAYER_SIZE / 2

export const MANIFEST = /^GET .*\/manifests\//
export const BLOB = /^GET .*\/blobs\//
/** Matches blobs except the config, which is too small to fail in the middle. */
const LAYER = (request: IncomingMessage, config: Descriptor): boolean =>
  BLOB.test(lineOfMessage(request)) && request.url?.includes(config.digest) === false
const SESSION = /^POST .*\/blobs\/uploads\//
export const DATA = /^(PUT|PATCH) .*\/blobs\/uploads\//
/** Matches uploads of layers, because a config is too small to fail in the middle. */
const LAYER_DATA = (request: IncomingMessage): boolean =>
  DATA.test(lineOfMessage(request)) && Number(request.headers['content-length']) === LAYER_SIZE
const TAG = /^PUT .*\/manifests\//
const TOKEN = /^(GET|POST) \/token/

const slowDown = (headers = {}): Action => refuse(429, 'TOOMANYREQUESTS', 'slow down', headers)
const inTwoSeconds = slowDown({ 'retry-after': '2' })
const later = answer(503)

export interface SingleFault {
  readonly name: string
  readonly side: 'source' | 'target'
  readonly on: RegExp | typeof LAYER
  readonly times?: number
  readonly skip?: number
  readonly action: Action
}

const atSource = (name: string, on: SingleFault['on'], action: Action, times = 1): SingleFault => {
  return { name, side: 'source', on, action, times }
}
const atTarget = (name: string, on: SingleFault['on'], action: Action, skip = 0): SingleFault => {
  return { name, side: 'target', on, action, skip }
}

export const SINGLE_FAULTS: readonly SingleFault[] = [
  atSource('429 with Retry-After on a source manifest', MANIFEST, inTwoSeconds),
  atSource('429 with Retry-After on one source blob', BLOB, inTwoSeconds),
  atSource('429 without Retry-After on one source blob', BLOB, slowDown()),
  atSource('429 with Retry-After on eight source blobs', BLOB, inTwoSeconds, 8),
  atSource('503 on one source blob', BLOB, later),
  atSource('a reset in a source blob', LAYER, resetAfter(HALF)),
  atSource('a connection closed in a source blob', LAYER, closeAfter(HALF)),
  atSource('the same reset three times', LAYER, resetAfter(HALF), 3),
  atSource('200 with a body cut to a matching length', LAYER, cut(HALF)),
  atSource('one flipped bit', LAYER, flip(HALF)),
  atTarget('429 on the upload session', SESSION, slowDown()),
  atTarget('429 on the data', DATA, slowDown()),
  atTarget('503 on the data', DATA, later),
  atTarget('a reset in the data', LAYER_DATA, afterBytes(HALF, reset)),
  atTarget('503 on the commit', LAYER_DATA, afterBytes(LAYER_SIZE, later), 3),
  atTarget('429 on the manifest', TAG, slowDown()),
  atTarget('503 on the manifest', TAG, later),
  atTarget('500 on HEAD of a blob', /^HEAD .*\/blobs\//, answer(500)),
  atSource('the token server fails once', TOKEN, later),
  atSource('a stall in a blob', LAYER, stallAfter(HALF)),
]

/** Selects the requests that meet the fault, given the image's config. */
export function whenOf({ on, times = 1, skip = 0 }: SingleFault, config: Descriptor): When {
  return { on: on instanceof RegExp ? on : (request) => on(request, config), times, skip }
}

/**
 * Copies the image's tag `1.0` as the Sync program does. The waits between retries are virtual; stalls are real but
 * short.
 */
export async function copyImage(source: string, target: string, root: Descriptor): Promise<void> {
  await using client = testClient({ timeouts: { stallMs: STALL_MS } })
  const repository = await client.open(target, TO)
  const context = {
    places: createPlaces([() => client.open(source, FROM)]),
    target: createTarget(repository),
    limit: createLimit(),
  }
  await copyTag(context, { tag: '1.0', root, artifacts: [] })
}
