/** Ensures that a blob is at the target: already present, mounted from a sibling repository, or uploaded. */
import { RegistryError } from '../../registry/model/errors.ts'
import type { Descriptor } from '../../registry/model/manifest.ts'
import { ANONYMOUS, type Repository } from '../../registry/model/registry.ts'
import { type Attempt, runPart, throwIfStopped } from '../attempt.ts'
import type { ResumableSource } from '../places.ts'
import { targetError } from '../target.ts'
import type { BlobOutcome } from './blob-outcome.ts'

/** `resend` uploads the blob without a HEAD, for targets that report blobs they do not have. */
export type BlobMode = 'look' | 'resend'

export function ensureBlob(attempt: Attempt, descriptor: Descriptor, mode: BlobMode = 'look'): Promise<void> {
  return runPart(attempt, async () => {
    const { target, tally } = attempt
    const done = await target.blobs.run(descriptor.digest, () => deliver(attempt, descriptor, mode))
    tally.blob(done.led ? done.value : 'present', descriptor.size)
  })
}

function deliver(attempt: Attempt, descriptor: Descriptor, mode: BlobMode): Promise<BlobOutcome> {
  const { stock, repository } = attempt.target
  if (stock === undefined || mode === 'resend') return bring(attempt, descriptor, mode)
  return stock.bring(descriptor.digest, repository.repository, async (holder) => {
    throwIfStopped(attempt)
    if (holder?.repository === repository.repository) return 'present'
    if (holder?.isNew && (await mountFrom(attempt, descriptor, holder.repository))) return 'mounted'
    return bring(attempt, descriptor, mode, holder?.isNew ? undefined : holder?.repository)
  })
}

/** @param holder - a repository of the registry that has the blob, and that was not asked yet */
async function bring(
  attempt: Attempt,
  descriptor: Descriptor,
  mode: BlobMode,
  holder?: string,
): Promise<BlobOutcome> {
  const source = attempt.places.blob(descriptor)
  let held = false
  try {
    const fate = mode === 'look' ? await withoutUpload(attempt, descriptor, holder) : undefined
    if (fate === undefined) await upload(attempt, descriptor, source)
    held = true
    return fate ?? 'copied'
  } finally {
    source.close(held)
  }
}

async function withoutUpload(
  attempt: Attempt,
  descriptor: Descriptor,
  holder: string | undefined,
): Promise<BlobOutcome | undefined> {
  const { target, limit, signal } = attempt
  const there = await limit(0, () => {
    throwIfStopped(attempt)
    return target.repository.hasBlob(descriptor, signal)
  })
  if (there) return 'present'
  if (holder !== undefined && (await mountFrom(attempt, descriptor, holder))) return 'mounted'
  return (await mountFromSibling(attempt, descriptor)) ? 'mounted' : undefined
}

async function upload(attempt: Attempt, descriptor: Descriptor, source: ResumableSource): Promise<void> {
  const { limit, lanes, meter } = attempt
  const move = (): Promise<void> =>
    limit(descriptor.size, async () => {
      throwIfStopped(attempt)
      await put(attempt, descriptor, source)
    })
  meter?.found(descriptor.size)
  await (lanes === undefined ? move() : lanes(descriptor, move))
  meter?.done(descriptor.size)
}

async function mountFromSibling(attempt: Attempt, descriptor: Descriptor): Promise<boolean> {
  for (const sibling of siblingsOf(attempt)) {
    if (await mountFrom(attempt, descriptor, sibling.repository)) return true
  }
  return false
}

async function mountFrom(attempt: Attempt, descriptor: Descriptor, sibling: string): Promise<boolean> {
  const { target, limit, signal } = attempt
  if (target.declinedMounts.has(sibling)) return false
  const mounted = await limit(0, () => mount(target.repository, descriptor, sibling, signal))
  if (!mounted) target.declinedMounts.add(sibling)
  target.stock?.mounted(mounted)
  return mounted
}

/** Opened places that are other repositories of the target's registry, and that the target's identity may read. */
function siblingsOf({ places, target: { repository } }: Attempt): Repository[] {
  const mayRead = ({ identity }: Repository): boolean =>
    identity === repository.identity || identity === ANONYMOUS
  const isSibling = (place: Repository): boolean =>
    place.registry === repository.registry && place.repository !== repository.repository
  return places.opened().filter((place) => isSibling(place) && mayRead(place))
}

/** Returns false if the registry reports an error: a mount only saves bytes, and the upload follows. */
async function mount(
  target: Repository,
  descriptor: Descriptor,
  from: string,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  try {
    return await target.mountBlob(descriptor, from, signal)
  } catch (error) {
    signal?.throwIfAborted()
    if (error instanceof RegistryError) return false
    throw error
  }
}

async function put(
  { target, signal }: Attempt,
  descriptor: Descriptor,
  source: ResumableSource,
): Promise<void> {
  for (;;) {
    try {
      return await target.repository.putBlob(descriptor, source, signal)
    } catch (error) {
      signal?.throwIfAborted()
      if (source.failure() === undefined) throw targetError(error, target.repository)
      if (!source.canMoveOn()) throw source.failure()
    }
  }
}
