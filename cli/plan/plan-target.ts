/** Compares one target with the resolved image: what it lacks, and what a run would create and change there. */
import type { ImageItem } from '../../mirror/contract.ts'
import { findMissing, isInSync } from '../../mirror/diff/diff.ts'
import { type HeldBy, heldBy } from '../../mirror/diff/held.ts'
import type { Resolved } from '../../mirror/documents.ts'
import { describeFailedTags } from '../../mirror/failed-tags.ts'
import { describeFailure, isRegistryError } from '../../mirror/failure.ts'
import { describeNew } from '../../mirror/repositories/describe.ts'
import { reconcileSettings } from '../../mirror/repositories/reconcile.ts'
import { isEcrTarget } from '../../mirror/repositories/wanted.ts'
import { openTarget, repositoryAt, type Target } from '../../mirror/target.ts'
import type { DockerConfig } from '../../registry/credentials/docker-config.ts'
import type { Digest } from '../../registry/model/reference.ts'
import { isEcr, type Registries, type Repository } from '../../registry/model/registry.ts'
import type { SizedDigest, Sizer } from './missing-bytes.ts'
import type { PlanFailure, TargetPlan } from './schema.ts'

export interface TargetParts {
  readonly registries: Pick<Registries, 'ecr' | 'open'>
  readonly config: DockerConfig
  /** Returns undefined for an unknown size. Undefined if sizes are not wanted. */
  readonly sizer: ((...given: Parameters<Sizer>) => Promise<number | undefined>) | undefined
  readonly signal: AbortSignal
}

const NOTHING = { createsRepository: false, tags: [], artifacts: [] }

export async function planTarget(
  target: Target,
  {
    repository: name,
    select: { missingOnly },
    settings,
  }: Pick<ImageItem, 'repository' | 'select' | 'settings'>,
  resolved: Resolved,
  { registries, config, sizer, signal }: TargetParts,
): Promise<TargetPlan> {
  const place = { target: target.id, repository: repositoryAt(target, name) }
  const { tags, failed = [] } = resolved
  try {
    // On this machine, credentials come from Docker's configuration, not from Secrets Manager.
    const readCredentials = async () => ('registry' in target ? config.credentials(target) : undefined)
    const repository = await openTarget(target, name, { registries, readCredentials })
    const held = heldBy(repository)
    const answers = recording(held)
    const [missing, differences] = await Promise.all([
      findMissing(answers, resolved, { missingOnly, signal }),
      isEcr(repository) && isEcrTarget(target)
        ? reconcileSettings(repository, settings.repositories, target, { dryRun: true, signal })
        : [],
    ])
    const noted = {
      ...(missing.kept.length > 0 && { kept: [...missing.kept] }),
      ...(differences.length > 0 && { differences }),
    }
    if (isInSync(missing)) {
      const same = { ...NOTHING, ...place, ...noted }
      if (failed.length === 0) return { ...same, status: 'inSync' }
      return { ...same, status: 'failed', error: describeFailedTags(failed, tags.length + failed.length) }
    }
    const createsRepository = missing.all && !(await exists(repository, signal))
    const roots = [...missing.tags, ...missing.artifacts].map(sized)
    const bytes = await sizer?.(roots, createsRepository ? undefined : { ...repository, ...held })
    return {
      ...place,
      status: missing.all ? 'missing' : 'stale',
      createsRepository,
      tags: missing.tags.map(({ tag, digest }) => {
        const from = tag === undefined ? undefined : answers.held(tag)
        return { ...(tag === undefined ? {} : { tag }), digest, ...(from === undefined ? {} : { from }) }
      }),
      artifacts: missing.artifacts.map(({ digest }) => digest),
      ...noted,
      ...(createsRepository &&
        isEcrTarget(target) &&
        newSettings(describeNew(settings.repositories, target))),
      ...(bytes === undefined ? {} : { bytes }),
    }
  } catch (error) {
    signal.throwIfAborted()
    return failedTarget(target, name, failureOf(error))
  }
}

function newSettings(settings: string): Pick<TargetPlan, 'settings'> {
  return settings === '' ? {} : { settings }
}

/** @param name - the name of the repository in ECR */
export function failedTarget(target: Target, name: string, error: PlanFailure): TargetPlan {
  return { ...NOTHING, target: target.id, repository: repositoryAt(target, name), status: 'failed', error }
}

export function failureOf(error: unknown): PlanFailure {
  const { name, message } = describeFailure(error)
  return { name, message }
}

function sized({ digest, size }: { readonly digest: string; readonly size: number }): SizedDigest {
  return { digest: digest as Digest, size }
}

interface Recording extends HeldBy {
  /** The digest that a tag points to. */
  held(tag: string): string | undefined
}

/** Records the digests of tags at the target, which `findMissing` does not return. */
function recording(repository: HeldBy): Recording {
  const digests = new Map<string, string>()
  return {
    held: (tag) => digests.get(tag),
    async tagDigests(tags, signal) {
      const found = await repository.tagDigests(tags, signal)
      for (const [tag, digest] of found) digests.set(tag, digest)
      return found
    },
    presentDigests: (wanted, signal) => repository.presentDigests(wanted, signal),
  }
}

async function exists(repository: Pick<Repository, 'listTags'>, signal: AbortSignal): Promise<boolean> {
  try {
    await repository.listTags(signal)
    return true
  } catch (error) {
    if (isRegistryError(error, 'notFound')) return false
    throw error
  }
}
