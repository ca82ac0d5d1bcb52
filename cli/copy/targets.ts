/**
 * Opens the targets. Those that open at once are copied to together; one whose cloud takes its time, or whose helper
 * asks a person, comes afterwards and holds up nobody.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { DockerConfig } from '../../registry/credentials/docker-config.ts'
import type { Descriptor } from '../../registry/model/manifest.ts'
import type { ImageRef } from '../../registry/model/reference.ts'
import type { Registries, Repository } from '../../registry/model/registry.ts'
import { createIfMissing, openRepository, unlessAborted } from './open.ts'

export interface Open {
  readonly ref: ImageRef
  readonly repository: Repository
  /**
   * What its tag leads to, if there is one tag. Asked for before anybody knows what it should lead to: the source's
   * answer is on its way, and so the target's connection and token are there by then.
   */
  readonly held?: Promise<Descriptor | undefined>
}

/** A target that is open, or why it cannot be opened. */
export type Opened = Open | { readonly ref: ImageRef; readonly error: unknown }

export interface OpenedTargets {
  readonly prompt: readonly Opened[]
  /** Still being opened. */
  readonly late: readonly Promise<Opened>[]
}

export interface OpenOptions {
  readonly registries: Pick<Registries, 'open'>
  readonly config: DockerConfig
  readonly create: boolean
  readonly signal: AbortSignal
  /** How long the others wait for one. @default 3 seconds */
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

/** Never throws: a target that cannot be opened fails alone. */
async function openTarget(
  ref: ImageRef,
  { registries, config, create, signal }: OpenOptions,
): Promise<Opened> {
  try {
    const repository = await unlessAborted(openRepository(ref, registries, config), signal)
    if (create) await createIfMissing(repository, signal)
    if (ref.tag === undefined) return { ref, repository }
    const held = repository.headManifest(ref.tag, signal)
    // Told to those who need it.
    held.catch(() => {})
    return { ref, repository, held }
  } catch (error) {
    return { ref, error: signal.aborted ? signal.reason : error }
  }
}
