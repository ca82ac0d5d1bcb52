/**
 * What one registry holds and receives, as far as this process knows. Images that share a layer send it once: the
 * others wait until it has arrived, and mount it from the repository that has it.
 */
import type { Digest } from '../../registry/model/reference.ts'
import { Abandoned } from '../once.ts'
import type { BlobOutcome } from './blob-outcome.ts'

export interface Holder {
  readonly repository: string
  /** Whether this process brought the blob there. Otherwise, other repositories are as likely to have it already. */
  readonly isNew: boolean
}

export interface Stock {
  /**
   * Does the work of bringing a blob to a repository. While another repository receives the blob, waits for it.
   * @param work - is given the repository that holds the blob, if one is known
   */
  bring(
    digest: Digest,
    repository: string,
    work: (holder: Holder | undefined) => Promise<BlobOutcome>,
  ): Promise<BlobOutcome>
  /** Reports whether the registry has mounted a blob from another repository. */
  mounted(success: boolean): void
  /** Forgets who holds a blob, after the registry has claimed to lack it. */
  forget(digest: Digest): void
}

export function createStock(): Stock {
  const holders = new Map<Digest, Holder>()
  const arriving = new Map<Digest, Promise<void>>()
  /** Blobs that one image failed to bring. The others no longer wait for each other: their sources may differ. */
  const troubled = new Set<Digest>()
  let mounts: boolean | undefined

  /** The arrival of the blob at another repository, if it could be mounted from there. */
  function arrival(digest: Digest): Promise<void> | undefined {
    const isPointless = mounts === false || holders.has(digest) || troubled.has(digest)
    return isPointless ? undefined : arriving.get(digest)
  }

  return {
    async bring(digest, repository, work) {
      for (let other = arrival(digest); other !== undefined; other = arrival(digest)) await other
      const arrived = Promise.withResolvers<void>()
      if (!arriving.has(digest)) arriving.set(digest, arrived.promise)
      try {
        const fate = await work(holders.get(digest))
        if (!holders.has(digest)) holders.set(digest, { repository, isNew: fate !== 'present' })
        return fate
      } catch (error) {
        if (!(error instanceof Abandoned)) troubled.add(digest)
        throw error
      } finally {
        if (arriving.get(digest) === arrived.promise) arriving.delete(digest)
        arrived.resolve()
      }
    },
    mounted(success) {
      mounts = success || (mounts ?? false)
    },
    forget: (digest) => void holders.delete(digest),
  }
}
