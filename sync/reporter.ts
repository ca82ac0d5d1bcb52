/** What a build's log gets to read: what is to be done, how far it is, and how it ended, in few lines. */

import { createProgress, describeProgress, type Progress } from '../copy/progress.ts'
import type { SyncResult, WorkOrder } from '../mirror/documents.ts'
import type { Level, Line } from './build-log.ts'

const EVERY_MS = 5_000

export interface Reporter extends Disposable {
  readonly meter: Progress
}

/** Says every few seconds how far the job is, as long as there is something to say. */
export function startReporter(moved: () => number, write: (line: string) => void): Reporter {
  const meter = createProgress(moved, Date.now)
  let last = ''
  const timer = setInterval(() => {
    const line = describeProgress(meter.look())
    if (line !== last) write(line)
    last = line
  }, EVERY_MS)
  timer.unref()
  return { meter, [Symbol.dispose]: () => clearInterval(timer) }
}

export function describeOrder({ image, target, tags, artifacts, readFrom }: WorkOrder): string {
  const places = readFrom.map((place) => ('region' in place ? place.region : place.registry))
  return (
    `syncing ${count(tags.length, 'tag')} and ${count(artifacts.length, 'artifact')} of ${image} ` +
    `to ${target.region}/${target.repository}, from ${places.join(', else ')}`
  )
}

/** One line for each tag that did not end well, one for each warning, and one for the whole. */
export function* describeResult({ outcome, tags, warnings, requests }: SyncResult): Generator<Line> {
  for (const message of warnings) yield { level: 'WARN', message }
  for (const { tag, digest, status, error } of tags) {
    if (status === 'failed' || status === 'deferred') {
      const why = error === undefined ? '' : `: ${error.name}: ${error.message}`
      yield { level: levelOf(status), message: `${status}: ${tag ?? digest}${why}` }
    }
  }
  const { status, blobs, bytes, seconds, error, retryAfterSeconds } = outcome
  const level = levelOf(status)
  if (error !== undefined) yield { level, message: `${error.name}: ${error.message}` }
  if (retryAfterSeconds !== undefined)
    yield { level, message: `the rest can go on in ${retryAfterSeconds} s` }
  const message =
    `${status} in ${seconds.toFixed(1)} s: ${(bytes / 1e6).toFixed(1)} MB, ` +
    `${blobs.copied} blobs copied, ${blobs.mounted} mounted, ${blobs.present} already there, ` +
    `${requests.source ?? 0} requests to read, ${requests.target ?? 0} to write`
  yield { level, message }
}

function levelOf(status: SyncResult['outcome']['status']): Level {
  if (status === 'failed') return 'ERROR'
  return status === 'deferred' ? 'WARN' : 'INFO'
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`
}
