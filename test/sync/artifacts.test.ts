// Signatures and SBOMs: copied with their image, listed where a registry does not, and never a reason to fail it.
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Builder } from '../../local/upstream/builder.ts'
import type { Artifact } from '../../mirror/documents.ts'
import type { Descriptor } from '../../registry/manifest.ts'
import { aboutSomethingElse } from '../../sync/artifacts.ts'
import { type CopyResult, copyTag } from '../../sync/copy.ts'
import { createLimit } from '../../sync/limit.ts'
import { createPlaces } from '../../sync/places.ts'
import { createTarget } from '../../sync/target.ts'
import { AMD64, artifactOf, multiArch } from './images.ts'
import { failing, layerOf, startRegistry, type TestRegistry } from './registries.ts'

const FROM = 'library/app'
const TO = 'mirror/app'
const SBOM = 'application/spdx+json'
const SIGNATURE = 'application/vnd.dev.sigstore.bundle.v0.3+json'

let source: TestRegistry
let target: TestRegistry
let build: Builder
let root: Descriptor
beforeEach(async () => {
  source = await startRegistry()
  target = await startRegistry()
  build = await source.build(FROM)
  root = await multiArch(build, '1.0')
})
afterEach(async () => {
  await source[Symbol.asyncDispose]()
  await target[Symbol.asyncDispose]()
})

async function copy(artifacts: readonly Artifact[]): Promise<CopyResult> {
  const places = createPlaces([() => source.open(FROM)])
  const context = { places, target: createTarget(await target.open(TO)), limit: createLimit() }
  return copyTag(context, { tag: '1.0', root, artifacts })
}

async function referrersAtTarget(subject: Descriptor): Promise<string[]> {
  const repository = await target.open(TO)
  return (await repository.referrers(subject.digest)).map(({ digest }) => digest).sort()
}

/** A registry without the referrers API, as docker-registry is. */
async function withoutReferrersApi(): Promise<void> {
  await target[Symbol.asyncDispose]()
  target = await startRegistry({ referrersApi: false })
}

test('artifacts, and artifacts of artifacts, are found at the target', async () => {
  const sbom = await build.artifact(root, SBOM, {})
  const signed = await build.artifact(sbom, SIGNATURE, {})
  const result = await copy([artifactOf(sbom, root), artifactOf(signed, sbom)])
  expect(result.warnings).toEqual([])
  expect(await referrersAtTarget(root)).toEqual([sbom.digest])
  expect(await referrersAtTarget(sbom)).toEqual([signed.digest])
})

test('a cosign signature is copied with its tag', async () => {
  const signature = await build.image(AMD64, [layerOf('signature')])
  const tag = `${root.digest.replace(':', '-')}.sig`
  await copy([artifactOf(signature, root, tag)])
  expect(await target.store.tags.find(TO, tag)).toBe(signature.digest)
})

test('where there is no referrers API, the fallback tag lists them, with type and annotations', async () => {
  await withoutReferrersApi()
  const sbom = await build.artifact(root, SBOM, {})
  await copy([{ ...artifactOf(sbom, root), artifactType: SBOM }])
  const repository = await target.open(TO)
  expect(await repository.referrers(root.digest)).toMatchObject([{ digest: sbom.digest, artifactType: SBOM }])
})

test('the fallback tag keeps what others have put there', async () => {
  await withoutReferrersApi()
  const theirs = await build.artifact(root, SIGNATURE, { by: 'others' })
  const ours = await build.artifact(root, SBOM, {})
  await copy([artifactOf(theirs, root)])
  await copy([artifactOf(ours, root)])
  expect(await referrersAtTarget(root)).toEqual([theirs.digest, ours.digest].sort())
})

test('a second copy finds artifacts and their list, and writes nothing', async () => {
  await withoutReferrersApi()
  const sbom = await build.artifact(root, SBOM, {})
  await copy([artifactOf(sbom, root)])
  target.forgetLog()
  await copy([artifactOf(sbom, root)])
  expect(target.count(/^(PUT|POST)/)).toBe(0)
})

test('a new signature of an unchanged image is copied', async () => {
  await copy([])
  const signature = await build.artifact(root, SIGNATURE, {})
  const result = await copy([artifactOf(signature, root)])
  expect(result.status).toBe('copied')
  expect(await referrersAtTarget(root)).toEqual([signature.digest])
})

test('a target that refuses an artifact gives a warning, and the image is there', async () => {
  const sbom = await build.artifact(root, SBOM, {})
  target.breakWith(failing(new RegExp(`^PUT .*/manifests/${sbom.digest}`), 405))
  const result = await copy([artifactOf(sbom, root)])
  expect(result.warnings).toMatchObject([expect.stringContaining(`the artifact ${sbom.digest}`)])
  expect(await target.store.tags.find(TO, '1.0')).toBe(root.digest)
})

test('an artifact that is broken at the source gives a warning, and the others are copied', async () => {
  const sbom = await build.artifact(root, SBOM, {})
  const signature = await build.artifact(root, SIGNATURE, {})
  source.breakWith(failing(new RegExp(`/manifests/${sbom.digest}`), 404))
  const result = await copy([artifactOf(sbom, root), artifactOf(signature, root)])
  expect(result.warnings).toHaveLength(1)
  expect(await referrersAtTarget(root)).toEqual([signature.digest])
  expect(await target.store.tags.find(TO, '1.0')).toBe(root.digest)
})

test('artifacts that name each other are no endless chain', async () => {
  const one = await build.artifact(root, SBOM, {})
  const other = await build.artifact(one, SIGNATURE, {})
  const result = await copy([artifactOf(one, root), artifactOf(other, one), artifactOf(one, other)])
  expect(result.warnings).toEqual([])
})

test('what belongs to no tag that is copied is told apart', async () => {
  const child = { ...root, digest: `sha256:${'c'.repeat(64)}` } as const
  const ofRoot = artifactOf(await build.artifact(root, SBOM, {}), root)
  const ofSbom = { ...ofRoot, digest: `sha256:${'b'.repeat(64)}`, subject: ofRoot.digest }
  const ofChild = { ...ofRoot, digest: `sha256:${'d'.repeat(64)}`, subject: child.digest }
  expect(aboutSomethingElse([ofSbom, ofChild, ofRoot], [root.digest])).toEqual([ofChild])
})
