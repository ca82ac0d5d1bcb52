/** Plans one image: resolves it at its source, and compares each target with the result. */
import type { ImageItem } from '../../mirror/contract.ts'
import { keptWarning } from '../../mirror/diff/kept.ts'
import type { Resolved } from '../../mirror/documents.ts'
import { formOf } from '../../mirror/platforms/form.ts'
import { servingMade } from '../../mirror/platforms/serve.ts'
import { resolveImage } from '../../mirror/resolve/resolve.ts'
import type { DockerConfig } from '../../registry/credentials/docker-config.ts'
import type { Manifest } from '../../registry/model/manifest.ts'
import type { Digest } from '../../registry/model/reference.ts'
import type { Registries, Repository, Traffic } from '../../registry/model/registry.ts'
import { verifierOf } from '../../signatures/open.ts'
import { openRepository } from '../registries/open.ts'
import { unlessAborted } from '../terminal/interrupted.ts'
import { createSizer, type Sizer } from './missing-bytes.ts'
import { failedTarget, failureOf, planTarget } from './plan-target.ts'
import type { ImagePlan, TargetPlan } from './schema.ts'

export interface PlanParts {
  readonly registries: Pick<Registries, 'open' | 'ecr'>
  readonly config: DockerConfig
  /** Whether to sum up the bytes that targets lack. */
  readonly bytes: boolean
  readonly signal: AbortSignal
}

export interface PlannedImage {
  readonly plan: ImagePlan
  /** Requests to its source. */
  readonly traffic: Traffic | undefined
}

export async function planImage(item: ImageItem, parts: PlanParts): Promise<PlannedImage> {
  const { registries, config, signal } = parts
  let source: Repository | undefined
  try {
    source = await unlessAborted(openRepository(item.source, registries, config), signal)
    const verifier = await verifierOf(source, item.settings)
    const resolved = await resolveImage(source, item, { verifier, signal })
    const serving = servingMade(source, { form: formOf(item.settings), tags: resolved.tags })
    const plan = await planResolved(item, resolved, serving, parts)
    return { plan, traffic: source.traffic() }
  } catch (error) {
    signal.throwIfAborted()
    return { plan: failedImage(item, error), traffic: source?.traffic() }
  }
}

async function planResolved(
  item: ImageItem,
  resolved: Resolved,
  source: Repository,
  { registries, config, bytes, signal }: PlanParts,
): Promise<ImagePlan> {
  const unknown: string[] = []
  const sizer = bytes ? sizerOf(resolved, source, signal, (why) => unknown.push(why)) : undefined
  const targets = await Promise.all(
    targetsOf(item).map((target) =>
      planTarget(target, item, resolved, { registries, config, sizer, signal }),
    ),
  )
  return {
    image: item.image,
    ...shared(targets),
    selection: resolved.selection,
    tags: resolved.tags.map(({ tag, digest }) => ({ ...(tag === undefined ? {} : { tag }), digest })),
    failed: resolved.failed ?? [],
    artifacts: resolved.artifacts.length,
    warnings: [
      ...(resolved.warnings ?? []),
      ...targets.flatMap(keptWarnings),
      ...settingsWarnings(targets),
      ...new Set(unknown),
    ],
    targets,
  }
}

function keptWarnings({ target, kept }: TargetPlan): string[] {
  return kept === undefined ? [] : [keptWarning(kept, target)]
}

/** Each difference once, with its targets: repositories of one image usually differ in the same way. */
function settingsWarnings(targets: readonly TargetPlan[]): string[] {
  const all = targets.flatMap(({ target, differences = [] }) => differences.map((text) => ({ target, text })))
  return [...Map.groupBy(all, ({ text }) => text)].map(
    ([text, of]) => `${of.map(({ target }) => target).join(', ')}: ${text}`,
  )
}

/** A rate limit or a broken manifest leaves sizes unknown, and does not fail the plan. */
function sizerOf(
  resolved: Resolved,
  source: Repository,
  signal: AbortSignal,
  onUnknown: (why: string) => void,
): (...given: Parameters<Sizer>) => Promise<number | undefined> {
  const sizer = createSizer(readerOf(resolved, source, signal), signal)
  return async (...given) => {
    try {
      return await sizer(...given)
    } catch (error) {
      signal.throwIfAborted()
      onUnknown(`the bytes to copy are not known: ${failureOf(error).message}`)
      return undefined
    }
  }
}

/** Reuses the manifests that Resolve has already read. */
function readerOf({ tags }: Resolved, source: Repository, signal: AbortSignal) {
  const known = new Map(tags.map((tag) => [tag.digest, tag]))
  return async (digest: Digest): Promise<Manifest> => {
    const read = known.get(digest)
    if (read?.data === undefined) return source.getManifest(digest, signal)
    return { digest, mediaType: read.mediaType, bytes: Buffer.from(read.data, 'base64') }
  }
}

function failedImage(item: ImageItem, cause: unknown): ImagePlan {
  const error = failureOf(cause)
  const targets = targetsOf(item).map((target) => failedTarget(target, item.repository, error))
  return {
    image: item.image,
    ...shared(targets),
    tags: [],
    failed: [],
    artifacts: 0,
    warnings: [],
    error,
    targets,
  }
}

function shared(targets: readonly TargetPlan[]): Pick<ImagePlan, 'repository'> {
  const [repository, ...others] = new Set(targets.map((target) => target.repository))
  return repository === undefined || others.length > 0 ? {} : { repository }
}

function targetsOf({ waves }: ImageItem) {
  return waves.flatMap(({ targets }) => targets)
}
