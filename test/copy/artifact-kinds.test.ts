// All ways in which a registry stores signatures and SBOMs, from the queries at the source to the copy at the target.
import { expect, test } from 'vitest'
import type { CopyResult } from '../../copy/copy.ts'
import type { Quirks } from '../../local/aws/registry/policy.ts'
import { findArtifacts } from '../../mirror/resolve/artifacts.ts'
import { fallbackTag } from '../../registry/manifests/referrers.ts'
import { type Descriptor, MediaType } from '../../registry/model/manifest.ts'
import { AMD64, multiArch } from './images.ts'
import { FROM, startPair, type TestPair, TO } from './pair.ts'
import { layerOf } from './registries.ts'

const SBOM = 'application/spdx+json'

/** Finds the image's artifacts as the workflow does, and copies them with it. */
async function copyWithArtifacts(pair: TestPair, root: Descriptor): Promise<CopyResult> {
  const source = await pair.source.open(FROM)
  const available = await source.listTags()
  const { artifacts } = await findArtifacts(source, [{ tag: '1.0', ...root }], { available })
  return pair.copy(root, '1.0', { artifacts })
}

async function referrersAtTarget(pair: TestPair, subject: Descriptor): Promise<string[]> {
  const found = await (await pair.target.open(TO)).referrers(subject.digest)
  return found.map(({ digest }) => digest).sort()
}

async function withSboms(pair: TestPair, count: number): Promise<{ root: Descriptor; sboms: string[] }> {
  const root = await multiArch(pair.build, '1.0')
  const made = await Promise.all(
    Array.from({ length: count }, (_, index) => pair.build.artifact(root, SBOM, { index })),
  )
  return { root, sboms: made.map(({ digest }) => digest).sort() }
}

test.each(['sig', 'att', 'sbom'])(
  'copies what cosign stores under the tag .%s with its image',
  async (kind) => {
    await using pair = await startPair()
    const root = await multiArch(pair.build, '1.0')
    const kept = await pair.build.image(AMD64, [layerOf(kind)])
    const tag = `${fallbackTag(root.digest)}.${kind}`
    await pair.build.tag(tag, kept)
    expect((await copyWithArtifacts(pair, root)).warnings).toEqual([])
    await pair.expectWhole(kept, tag)
  },
)

test.each<[string, Quirks, Quirks]>([
  ['from pages of the API to an API', {}, { referrersPerPage: 2 }],
  ['from pages of the API to a fallback tag', { referrersApi: false }, { referrersPerPage: 2 }],
])('row 55: copies five SBOMs %s', async (_, targetQuirks, sourceQuirks) => {
  await using pair = await startPair(targetQuirks, sourceQuirks)
  const { root, sboms } = await withSboms(pair, 5)
  expect((await copyWithArtifacts(pair, root)).warnings).toEqual([])
  expect(await referrersAtTarget(pair, root)).toEqual(sboms)
  expect(pair.source.count(/\/referrers\//)).toBeGreaterThanOrEqual(3)
})

test('row 55: copies SBOMs of a fallback tag to a target with the referrers API', async () => {
  await using pair = await startPair({}, { referrersApi: false })
  const { root, sboms } = await withSboms(pair, 2)
  const list = await pair.build.manifest({
    mediaType: MediaType.ociIndex,
    manifests: sboms.map((digest) => ({
      mediaType: MediaType.ociManifest,
      digest,
      size: 1,
      artifactType: SBOM,
    })),
  })
  await pair.build.tag(fallbackTag(root.digest), list)
  expect((await copyWithArtifacts(pair, root)).warnings).toEqual([])
  expect(await referrersAtTarget(pair, root)).toEqual(sboms)
  expect(await pair.tagsAtTarget()).toEqual(['1.0'])
})
