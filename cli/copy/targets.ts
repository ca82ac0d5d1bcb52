/**
 * Opens the targets. Targets that open promptly share one copy; a target with a slow cloud API or a credential helper
 * that prompts the user is copied to afterwards, so that it does not delay the others.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { DockerConfig } from '../../registry/credentials/docker-config.ts'
import type { Descriptor } from '../../registry/model/manifest.ts'
import type { ImageRef } from '../../registry/model/reference.ts'
import type { Registries, Repository } from '../../registry/model/registry.ts'
import { createIfMissing, openRepository } from '../registries/open.ts'
import { unlessAborted } from '../terminal/interrupted.ts'

export interface Open {
  readonly ref: ImageRef
  readonly repository: Repository
  /**
   * Pending lookup of the target's tag, if it has one. Sent before the source is resolved, so that the connection and
   * the token are ready when the copy starts.
   */
  readonly held?: Promise<Descriptor | undefined>
}

/** An open target, or the reason why it cannot be opened. */
export type Opened = Open | { readonly ref: ImageRef; readonly error: unknown }

export interface OpenedTargets {
  readonly prompt: readonly Opened[]
  /** Targets that are still being opened. */
  readonly late: readonly Promise<Opened>[]
}

export interface OpenOptions {
  readonly registries: Pick<Registries, 'open'>
  readonly config: DockerConfig
  readonly create: boolean
  readonly signal: AbortSignal
  /** How long to wait for a target before the copy starts without it. @default 3 seconds */
  readonly patienceMs?: number
}

export async function openTargets(refs: readonly ImageRef[], options: OpenOptions): Promise<OpenedTargets> {
  const { patienceMs = 3_000 } = options
  const opening = refs.map((ref) => openTarget(ref, options))
  const enough = new AbortController()
  const patience = sleep(patienceMs, undefined, { signal: enough.signal }).catch(() => undefined)
  const settled = await Promise.all(opening.map((one) => Promise.race([one, patience])))
  enough.abort()
  return {
    prompt: settled.filter((opened) => opened !== undefined),
    late: opening.filter((_, index) => settled[index] === undefined),
  }
}

/** Returns the error instead of throwing, so that one target does not fail the others. */
async function openTarget(
  ref: ImageRef,
  { registries, config, create, signal }: OpenOptions,
): Promise<Opened> {
  try {
    const repository = await unlessAborted(openRepository(ref, registries, config), signal)
    if (create) await createIfMissing(repository, signal)
    if (ref.tag === undefined) return { ref, repository }
    const held = repository.headManifest(ref.tag, signal)
    // Handles a rejection before the awaiting code receives it.
    held.catch(() => {})
    return { ref, repository, held }
  } catch (error) {
    return { ref, error: signal.aborted ? signal.reason : error }
  }
}
