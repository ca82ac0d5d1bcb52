/** Formats a build's log messages: the order, its progress and its result. */

import { createProgress, describeProgress, type Progress } from '../copy/progress.ts'
import type { SyncResult, WorkOrder } from '../mirror/documents.ts'
import { repositoryAt } from '../mirror/target.ts'
import type { Level, Line } from './build-log.ts'

const EVERY_MS = 5_000

export interface Reporter extends Disposable {
  readonly meter: Progress
}

/** Logs progress every few seconds if it has changed. */
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

export function describeOrder({ image, target, repository, tags, artifacts, readFrom }: WorkOrder): string {
  const places = readFrom.map((place) => ('target' in place ? place.target.id : place.registry))
  return (
    `syncing ${count(tags.length, 'tag')} and ${count(artifacts.length, 'artifact')} of ${image} ` +
    `to ${target.id}/${repositoryAt(target, repository)}, from ${places.join(', else ')}`
  )
}

/** Yields a line for each warning, for each tag that failed or was deferred, and for the whole order. */
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
    yield { level, message: `the rest can continue in ${retryAfterSeconds} s` }
  const message =
    `${status} in ${seconds.toFixed(1)} s: ${(bytes / 1e6).toFixed(1)} MB, ` +
    `${blobs.copied} blobs copied, ${blobs.mounted} mounted, ${blobs.present} already present, ` +
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
