/** Compares one target with the source for a dry run. Sends HEAD requests only. */

import { createLimit } from '../../copy/limit.ts'
import type { Artifact, FailedTag, ResolvedTag } from '../../mirror/documents.ts'
import { monotonicMs } from '../../registry/model/clock.ts'
import { RegistryError } from '../../registry/model/errors.ts'
import type { Descriptor } from '../../registry/model/manifest.ts'
import type { Comparison } from './report.ts'
import type { Wanted } from './resolve.ts'
import type { TagReport } from './schema.ts'
import type { Open } from './targets.ts'

export async function compare(
  wanted: Wanted,
  { ref, repository, held }: Open,
  signal: AbortSignal,
): Promise<Comparison> {
  const limit = createLimit()
  const behind = (reference: string): Promise<string | undefined> =>
    limit(0, () => {
      const pending = reference === ref.tag ? held : undefined
      return digestOf(pending ?? repository.headManifest(reference, signal))
    })
  const { found } = await wanted.artifacts
  const others = await wanted.loose
  const [compared, loose, present] = await Promise.all([
    Promise.all(wanted.tags.map((tag) => compareTag(tag, ref.tag ?? tag.tag, behind))),
    Promise.all(others.tags.map((tag) => compareTag(tag, tag.tag, behind, tag.isList))),
    Promise.all(found.map(async ({ tag, digest }) => (await behind(tag ?? digest)) === digest)),
  ])
  return {
    tags: [...compared, ...loose, ...[...wanted.failed, ...others.failed].map(failedTag)],
    missing: found.filter((_, index) => !present[index]).map(describeArtifact),
    warnings: wanted.warnings,
  }
}

function failedTag({ tag, digest, name, message }: FailedTag): TagReport {
  return { tag, digest, status: 'failed', error: { name, message }, bytes: 0, seconds: 0 }
}

async function compareTag(
  { digest }: ResolvedTag,
  tag: string | undefined,
  behind: (reference: string) => Promise<string | undefined>,
  /** Accepts any digest that the target has under the tag. */
  anyWillDo = false,
): Promise<TagReport> {
  const started = monotonicMs()
  const held = await behind(tag ?? digest)
  const status = held === undefined ? 'missing' : held === digest || anyWillDo ? 'present' : 'stale'
  return { tag, digest, status, bytes: 0, seconds: (monotonicMs() - started) / 1000 }
}

/** Returns undefined for a missing repository, which has no tags. */
async function digestOf(head: Promise<Descriptor | undefined>): Promise<string | undefined> {
  try {
    return (await head)?.digest
  } catch (error) {
    if (error instanceof RegistryError && error.kind === 'notFound') return undefined
    throw error
  }
}

function describeArtifact({ digest, tag, artifactType, mediaType }: Artifact): string {
  return `the artifact ${tag ?? digest} (${artifactType ?? mediaType}) is missing`
}
