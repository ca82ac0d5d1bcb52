/** What a copy would do to one target: its tags are looked at, nothing is written, no manifest is read. */

import { createLimit } from '../../copy/limit.ts'
import type { Artifact, ResolvedTag } from '../../mirror/documents.ts'
import { monotonicMs } from '../../registry/model/clock.ts'
import { RegistryError } from '../../registry/model/errors.ts'
import type { Descriptor } from '../../registry/model/manifest.ts'
import type { Comparison, TagReport } from './report.ts'
import type { Wanted } from './resolve.ts'
import type { Open } from './targets.ts'

export async function compare(
  wanted: Wanted,
  { ref, repository, held }: Open,
  signal: AbortSignal,
): Promise<Comparison> {
  const limit = createLimit()
  const has = (reference: string, digest: string): Promise<boolean> =>
    limit(0, async () => {
      const asked = reference === ref.tag ? held : undefined
      return (await digestOf(asked ?? repository.headManifest(reference, signal))) === digest
    })
  const hasAny = async (reference: string): Promise<boolean> =>
    (await limit(0, () => digestOf(repository.headManifest(reference, signal)))) !== undefined
  const { found } = await wanted.artifacts
  const others = await wanted.loose
  const [tags, loose, present] = await Promise.all([
    Promise.all(wanted.tags.map((tag) => compareTag(tag, ref.tag ?? tag.tag, has))),
    Promise.all(others.tags.map((tag) => compareTag(tag, tag.tag, tag.isList ? hasAny : has))),
    Promise.all(found.map(({ tag, digest }) => has(tag ?? digest, digest))),
  ])
  return {
    tags: [...tags, ...loose],
    missing: found.filter((_, index) => !present[index]).map(describeArtifact),
  }
}

async function compareTag(
  { digest }: ResolvedTag,
  tag: string | undefined,
  has: (reference: string, digest: string) => Promise<boolean>,
): Promise<TagReport> {
  const started = monotonicMs()
  const status = (await has(tag ?? digest, digest)) ? 'present' : 'stale'
  return { tag, digest, status, bytes: 0, seconds: (monotonicMs() - started) / 1000 }
}

/** A repository that is not there yet has nothing. */
async function digestOf(asked: Promise<Descriptor | undefined>): Promise<string | undefined> {
  try {
    return (await asked)?.digest
  } catch (error) {
    if (error instanceof RegistryError && error.kind === 'notFound') return undefined
    throw error
  }
}

function describeArtifact({ digest, tag, artifactType, mediaType }: Artifact): string {
  return `the artifact ${tag ?? digest} (${artifactType ?? mediaType}) is missing`
}
