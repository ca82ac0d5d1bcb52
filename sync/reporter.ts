/** What a build's log gets to read: plain lines on stderr, few of them. stdout belongs to the outcome alone. */
import type { SyncResult, WorkOrder } from '../mirror/documents.ts'
import { createProgress, describeProgress, type Progress } from './progress.ts'

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
export function* describeResult({ outcome, tags, warnings, requests }: SyncResult): Generator<string> {
  for (const warning of warnings) yield `warning: ${warning}`
  for (const { tag, digest, status } of tags) {
    if (status === 'failed' || status === 'deferred') yield `${status}: ${tag ?? digest}`
  }
  const { blobs, bytes, seconds, error, retryAfterSeconds } = outcome
  if (error !== undefined) yield `${error.name}: ${error.message}`
  if (retryAfterSeconds !== undefined) yield `the rest can go on in ${retryAfterSeconds} s`
  yield `${outcome.status} in ${seconds.toFixed(1)} s: ${(bytes / 1e6).toFixed(1)} MB, ` +
    `${blobs.copied} blobs copied, ${blobs.mounted} mounted, ${blobs.present} already there, ` +
    `${requests.source ?? 0} requests to read, ${requests.target ?? 0} to write`
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`
}
