// `npm run test:scale -- --images 10000 --regions 3`: runs a long list that is in sync, and checks that memory stays
// flat.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { MAX_PAYLOAD_BYTES } from '../../../local/stepfunctions/payload.ts'
import { runAtScale } from './run.ts'

const { values } = parseArgs({
  options: {
    images: { type: 'string', default: '10000' },
    regions: { type: 'string', default: '3' },
    state: { type: 'string' },
  },
})
const [images, regions] = [Number(values.images), Number(values.regions)]
const SAMPLE_MS = 1000
/** The permitted growth of memory from the first quarter of the pairs, after warm-up, to the last. */
const MOST_GROWTH = 0.15

interface Sample {
  readonly seconds: number
  readonly pairs: number
  readonly rss: number
  readonly heap: number
}

const started = performance.now()
const samples: Sample[] = []
let pairs = 0

function sample(): void {
  const { rss, heapUsed } = process.memoryUsage()
  samples.push({ seconds: (performance.now() - started) / 1000, pairs, rss, heap: heapUsed })
}

function lineOf({ seconds, pairs, rss, heap }: Sample): string {
  const cells = [
    [seconds.toFixed(0), 's'],
    [pairs, 'pairs'],
    [megabytes(rss), 'MB resident'],
    [megabytes(heap), 'MB heap of the engine'],
  ]
  return cells.map(([value, unit]) => `${String(value).padStart(7)} ${unit}`).join('')
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 1e6)
}

/** The mean over a quarter of the run's pairs. */
function resident(quarter: number): number {
  const total = images * regions
  const some = samples.filter(({ pairs }) => pairs > 0 && Math.ceil((pairs / total) * 4) === quarter)
  return some.reduce((sum, { rss }) => sum + rss, 0) / some.length
}

const own = values.state === undefined
const state = values.state ?? (await mkdtemp(join(tmpdir(), 'image-mirror-scale-')))
const timer = setInterval(() => {
  sample()
  const latest = samples.at(-1)
  if (latest && samples.length % 15 === 0) console.log(lineOf(latest))
}, SAMPLE_MS)
try {
  const { status, counts, seconds, watched } = await runAtScale({
    images,
    regions,
    state,
    onStep: (text) => console.log(text),
    onPair: (done) => {
      pairs = done
    },
  })
  sample()
  const [place = '', payload] =
    Object.entries(watched.largest())
      .map(([name, { input, output }]) => [name, Math.max(input, output)] as const)
      .sort((a, b) => b[1] - a[1])[0] ?? []
  const [first, last] = [resident(1), resident(4)]
  const growth = last / first - 1
  console.log(`\n${status}: ${counts.images} images x ${regions} regions, ${counts.inSync} pairs in sync`)
  console.log(
    `time              ${seconds.toFixed(0)} s, ${(counts.pairs / seconds).toFixed(0)} pairs a second`,
  )
  console.log(`transitions       ${watched.transitions()}, in ${watched.children()} child executions`)
  console.log(`largest payload   ${payload} of ${MAX_PAYLOAD_BYTES} bytes, at "${place}"`)
  console.log(
    `resident memory   ${megabytes(first)} MB in the first quarter, ${megabytes(last)} MB in the last (${(growth * 100).toFixed(1)} %), ` +
      `${megabytes(Math.max(...samples.map(({ rss }) => rss)))} MB at most`,
  )
  if (counts.inSync !== images * regions || growth > MOST_GROWTH) {
    console.log(`MISSED: every pair in sync, and at most ${MOST_GROWTH * 100} % of growth`)
    process.exitCode = 1
  }
} finally {
  clearInterval(timer)
  if (own) await rm(state, { recursive: true, force: true })
}
