/**
 * Opens the targets. Those that open at once are copied to together; one whose cloud takes its time, or whose helper
 * asks a person, comes afterwards and holds up nobody.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { DockerConfig } from '../registry/docker-config.ts'
import type { ImageRef } from '../registry/reference.ts'
import type { Registries, Repository } from '../registry/registry.ts'
import { createIfMissing, openRepository } from './copy-open.ts'

/** A target that is open, or why it cannot be opened. */
export type Opened =
  | { readonly ref: ImageRef; readonly repository: Repository }
  | { readonly ref: ImageRef; readonly error: unknown }

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
    const repository = await openRepository(ref, registries, config)
    if (create) await createIfMissing(repository, signal)
    return { ref, repository }
  } catch (error) {
    return { ref, error }
  }
}
