/** Ensures that a blob is at the target: already present, mounted from a sibling repository, or uploaded. */
import { RegistryError } from '../../registry/model/errors.ts'
import type { Descriptor } from '../../registry/model/manifest.ts'
import type { Repository } from '../../registry/model/registry.ts'
import { type Attempt, runPart, throwIfStopped } from '../attempt.ts'
import type { ResumableSource } from '../places.ts'
import { type BlobOutcome, targetError } from '../target.ts'

/** `resend` uploads the blob without a HEAD, for targets that report blobs they do not have. */
export type BlobMode = 'look' | 'resend'

export function ensureBlob(attempt: Attempt, descriptor: Descriptor, mode: BlobMode = 'look'): Promise<void> {
  return runPart(attempt, async () => {
    const { target, tally } = attempt
    const done = await target.blobs.run(descriptor.digest, () => deliver(attempt, descriptor, mode))
    tally.blob(done.led ? done.value : 'present', descriptor.size)
  })
}

async function deliver(attempt: Attempt, descriptor: Descriptor, mode: BlobMode): Promise<BlobOutcome> {
  const source = attempt.places.blob(descriptor)
  let held = false
  try {
    const fate = mode === 'look' ? await withoutUpload(attempt, descriptor) : undefined
    if (fate === undefined) await upload(attempt, descriptor, source)
    held = true
    return fate ?? 'copied'
  } finally {
    source.close(held)
  }
}

async function withoutUpload(attempt: Attempt, descriptor: Descriptor): Promise<BlobOutcome | undefined> {
  const { target, limit, signal } = attempt
  const there = await limit(0, () => {
    throwIfStopped(attempt)
    return target.repository.hasBlob(descriptor, signal)
  })
  if (there) return 'present'
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
  const { target, limit, signal } = attempt
  for (const sibling of siblingsOf(attempt)) {
    if (target.declinedMounts.has(sibling.repository)) continue
    const mounted = await limit(0, () => mount(target.repository, descriptor, sibling.repository, signal))
    if (mounted) return true
    target.declinedMounts.add(sibling.repository)
  }
  return false
}

/** Opened places that are other repositories of the target's registry. */
function siblingsOf({ places, target: { repository } }: Attempt): Repository[] {
  const isSibling = (place: Repository): boolean =>
    place.registry === repository.registry && place.repository !== repository.repository
  return places.opened().filter(isSibling)
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
