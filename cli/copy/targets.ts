/**
 * Opens the targets. Targets that open promptly share one copy; a target with a slow cloud API or a credential helper
 * that prompts the user is copied to afterwards, so that it does not delay the others.
 */
import type { DockerConfig } from '../../registry/credentials/docker-config.ts'
import type { Descriptor } from '../../registry/model/manifest.ts'
import type { ImageRef } from '../../registry/model/reference.ts'
import type { Registries, Repository } from '../../registry/model/registry.ts'
import { createIfMissing, openRepository } from '../registries/open.ts'
import { type Split, splitPrompt } from '../registries/prompt.ts'
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

/** The late ones are still being opened. */
export type OpenedTargets = Split<Opened>

export interface OpenOptions {
  readonly registries: Pick<Registries, 'open'>
  readonly config: DockerConfig
  readonly create: boolean
  readonly signal: AbortSignal
  /** How long to wait for a target, after the first one is open, before the copy starts without it. @default 3 seconds */
  readonly patienceMs?: number
}

export async function openTargets(refs: readonly ImageRef[], options: OpenOptions): Promise<OpenedTargets> {
  const { patienceMs = 3_000 } = options
  const opening = refs.map((ref) => openTarget(ref, options))
  return splitPrompt(opening, { ms: patienceMs })
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
