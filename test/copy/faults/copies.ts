// Seeded copies with random faults on both sides, from a registry to one that trusts its clients, and an independent
// check of the result.
import type { RequestListener } from 'node:http'
import { copyTag } from '../../../copy/copy.ts'
import { createLimit } from '../../../copy/limit.ts'
import { createPlaces } from '../../../copy/places.ts'
import { createTarget } from '../../../copy/target.ts'
import { builder } from '../../../local/upstream/builder.ts'
import type { Descriptor } from '../../../registry/model/manifest.ts'
import {
  type Action,
  afterBytes,
  afterReading,
  answer,
  append,
  closeAfter,
  cut,
  flip,
  headers,
  ignoreRange,
  loseAnswer,
  refuse,
  reset,
  resetAfter,
  stallAfter,
} from '../../support/actions.ts'
import { testClient } from '../../support/client.ts'
import type { Faults } from '../../support/faults.ts'
import { startFaultyRegistry } from '../../support/faulty-registry.ts'
import { pick, seededRandom } from '../../support/random.ts'
import { TRANSIENT } from '../../support/transient.ts'
import { multiArch } from '../images.ts'
import type { Sides, Source, Target } from './sides.ts'
import { startTrustingRegistry } from './trusting-registry.ts'

export interface CopiesOptions {
  readonly seed: number
  readonly copies: number
  /** Share of the requests that meet a fault: 0.05 is one in twenty. */
  readonly rate: number
  /** Includes corrupted bytes, which the response's status does not reveal. @default true */
  readonly spoil?: boolean
  /** @default - from our registry to one that trusts its clients */
  readonly sides?: () => Promise<Sides>
}

export interface Figures {
  readonly copies: number
  readonly succeeded: number
  /** Tags with a wrong digest, or with missing or wrong content. */
  readonly wrong: number
  /** Tags that exist although their copy failed. */
  readonly half: number
  readonly requests: number
  readonly faults: number
  /** Messages of the failed copies. */
  readonly errors: readonly string[]
}

const READING: readonly Action[] = [resetAfter(9_000), closeAfter(7_000), resetAfter(1), stallAfter(5_000)]
const WRITING: readonly Action[] = [
  loseAnswer,
  afterBytes(100, reset),
  afterReading(reset),
  afterReading(answer(503)),
  afterReading(refuse(404, 'BLOB_UPLOAD_UNKNOWN', 'gone')),
]
/** Wrong bytes, and wrong headers about them. */
const SPOILING: readonly Action[] = [
  flip(0),
  // Changes the middle of a manifest, which may remain valid JSON.
  flip(17),
  flip(270),
  flip(400),
  flip(4_000),
  cut(6_000),
  cut(1),
  append(Buffer.from('more')),
  ignoreRange,
  headers({ 'content-encoding': 'gzip' }),
]

const FROM = 'library/app'
const SIZE = 20_000
/** The number of different images. Each copy has its own repository. */
const IMAGES = 10
const AT_ONCE = 4

export async function copyWithFaults(
  options: CopiesOptions,
  onCopy?: (done: number) => void,
): Promise<Figures> {
  await using stack = new AsyncDisposableStack()
  const { source, target } = await (options.sides ?? startOurs)()
  stack.use(source)
  stack.use(target)
  const roots = await source.fill(FROM, (build) =>
    Promise.all(Array.from({ length: IMAGES }, (_, index) => multiArch(build, `${index}`, { size: SIZE }))),
  )
  const random = seededRandom(options.seed)
  breakSome(source.faults, random, options)
  breakSome(target.faults, random, options)
  const ends: End[] = []
  let started = 0
  const work = async (): Promise<void> => {
    while (started < options.copies) {
      const index = started++
      ends.push(await copyOnce(source, target, roots[index % IMAGES] as Descriptor, index))
      onCopy?.(ends.length)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  return figuresOf(ends, source, target)
}

async function startOurs(): Promise<Sides> {
  const registry = await startFaultyRegistry()
  const source: Source = {
    ...registry,
    requests: () => registry.seen.length,
    async fill(repository, make) {
      await registry.store.repositories.create(repository)
      return make(builder(registry.store, repository))
    },
  }
  return { source, target: await startTrustingRegistry() }
}

interface End {
  readonly error?: unknown
  readonly tagged: boolean
  readonly whole: boolean
}

async function copyOnce(source: Source, target: Target, root: Descriptor, index: number): Promise<End> {
  // The clock is virtual, except for stalls, which take real time.
  await using client = testClient({ timeouts: { stallMs: 1_000 } })
  const to = `mirror/app-${index}`
  const repository = await client.open(target.address, to)
  const context = {
    places: createPlaces([() => client.open(source.address, FROM)]),
    target: createTarget(repository),
    limit: createLimit(),
  }
  let error: unknown
  try {
    await copyTag(context, { tag: '1.0', root, artifacts: [] })
  } catch (thrown) {
    error = thrown
  }
  const tagged = await target.tag(to, '1.0')
  const whole = tagged === root.digest && (await target.broken(to, root.digest)).length === 0
  await target.forget(to)
  return { tagged: tagged !== undefined, whole, ...(error === undefined ? {} : { error }) }
}

function breakSome(faults: Omit<Faults, 'listener'>, random: () => number, options: CopiesOptions): void {
  const on = (): boolean => random() < options.rate
  faults.add({ on, times: Number.POSITIVE_INFINITY }, (request, response, handler: RequestListener) => {
    const { method = '', url = '' } = request
    const reading = method === 'GET' && url.includes('/blobs/')
    const writing = method === 'PUT' && url.includes('/blobs/uploads/')
    const spoiling = options.spoil !== false && method === 'GET'
    const actions = [
      ...TRANSIENT,
      ...(reading ? READING : []),
      ...(writing ? WRITING : []),
      ...(spoiling ? SPOILING : []),
    ] as [Action, ...Action[]]
    pick(actions, random)(request, response, handler)
  })
}

function figuresOf(ends: readonly End[], source: Source, target: Target): Figures {
  const failed = ends.filter(({ error }) => error !== undefined)
  return {
    copies: ends.length,
    succeeded: ends.length - failed.length,
    wrong: ends.filter(({ tagged, whole }) => tagged && !whole).length,
    half: failed.filter(({ tagged }) => tagged).length,
    requests: source.requests() + target.requests(),
    faults: source.faults.struck() + target.faults.struck(),
    errors: failed.map(({ error }) => String(error)),
  }
}
