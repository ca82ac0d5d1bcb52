// Signatures and SBOMs are copied with their image, listed in the fallback tag if needed, and never fail the image.
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { CopyResult } from '../../../copy/copy.ts'
import { withoutArtifactsOf } from '../../../copy/images/artifacts.ts'
import type { Artifact } from '../../../mirror/documents.ts'
import { type Descriptor, listedIn, MediaType } from '../../../registry/model/manifest.ts'
import { AMD64, artifactOf, multiArch } from '../images.ts'
import { startPair, type TestPair, TO } from '../pair.ts'
import { failing, layerOf } from '../registries.ts'

const SBOM = 'application/spdx+json'
const SIGNATURE = 'application/vnd.dev.sigstore.bundle.v0.3+json'

let pair: TestPair
let root: Descriptor
beforeEach(async () => {
  pair = await startPair()
  root = await multiArch(pair.build, '1.0')
})
afterEach(() => pair[Symbol.asyncDispose]())

const copy = (artifacts: readonly Artifact[]): Promise<CopyResult> => pair.copy(root, '1.0', { artifacts })

async function referrersAtTarget(subject: Descriptor): Promise<string[]> {
  const repository = await pair.target.open(TO)
  return (await repository.referrers(subject.digest)).map(({ digest }) => digest).sort()
}

/** A target without the referrers API, like docker-registry. */
async function withoutReferrersApi(): Promise<void> {
  await pair[Symbol.asyncDispose]()
  pair = await startPair({ referrersApi: false })
  root = await multiArch(pair.build, '1.0')
}

test('copies artifacts, and artifacts of artifacts', async () => {
  const sbom = await pair.build.artifact(root, SBOM, {})
  const signed = await pair.build.artifact(sbom, SIGNATURE, {})
  const result = await copy([artifactOf(sbom, root), artifactOf(signed, sbom)])
  expect(result.warnings).toEqual([])
  expect(await referrersAtTarget(root)).toEqual([sbom.digest])
  expect(await referrersAtTarget(sbom)).toEqual([signed.digest])
})

test('copies a cosign signature with its tag', async () => {
  const signature = await pair.build.image(AMD64, [layerOf('signature')])
  const tag = `${root.digest.replace(':', '-')}.sig`
  await copy([artifactOf(signature, root, tag)])
  expect(await pair.target.store.tags.find(TO, tag)).toBe(signature.digest)
})

test('lists artifacts in the fallback tag of a target without the referrers API, with type and annotations', async () => {
  await withoutReferrersApi()
  const sbom = await pair.build.artifact(root, SBOM, {})
  await copy([{ ...artifactOf(sbom, root), artifactType: SBOM }])
  const repository = await pair.target.open(TO)
  expect(await repository.referrers(root.digest)).toMatchObject([{ digest: sbom.digest, artifactType: SBOM }])
})

test('keeps the entries of others in the fallback tag', async () => {
  await withoutReferrersApi()
  const theirs = await pair.build.artifact(root, SIGNATURE, { by: 'others' })
  const ours = await pair.build.artifact(root, SBOM, {})
  await copy([artifactOf(theirs, root)])
  await copy([artifactOf(ours, root)])
  expect(await referrersAtTarget(root)).toEqual([theirs.digest, ours.digest].sort())
})

test('writes nothing if the artifacts and their list are up to date', async () => {
  await withoutReferrersApi()
  const sbom = await pair.build.artifact(root, SBOM, {})
  await copy([artifactOf(sbom, root)])
  pair.target.forgetLog()
  await copy([artifactOf(sbom, root)])
  expect(pair.target.count(/^(PUT|POST)/)).toBe(0)
})

test('sends an artifact again that the target holds but does not list', async () => {
  const sbom = await pair.build.artifact(root, SBOM, {})
  await copy([artifactOf(sbom, root)])
  // Lists no artifacts until the first push, like a registry that stored the artifact before it supported the API.
  let isSent = false
  pair.target.breakWith((request, response) => {
    if (request.method === 'PUT') isSent = true
    if (isSent || !request.url?.includes('/referrers/')) return false
    response.writeHead(200, { 'content-type': MediaType.ociIndex })
    response.end('{"schemaVersion":2,"manifests":[]}')
    return true
  })
  expect((await copy([artifactOf(sbom, root)])).warnings).toEqual([])
  expect(isSent).toBe(true)
  expect(await referrersAtTarget(root)).toEqual([sbom.digest])
})

test('copies an artifact of a platform before it sets the tag', async () => {
  const [platform] = listedIn({ ...root, bytes: await pair.source.store.manifests.bytes(root.digest) })
  if (platform === undefined) throw new Error('it has platforms')
  const sbom = await pair.build.artifact(platform, SBOM, {})
  await copy([{ ...artifactOf(sbom, platform), index: root.digest }])
  expect(await referrersAtTarget(platform)).toEqual([sbom.digest])
  const puts = pair.target.log().filter((line) => line.startsWith('PUT') && line.includes('/manifests/'))
  expect(puts.at(-1)).toMatch(/1\.0$/)
})

test('row 57: copies a new signature of an unchanged image', async () => {
  await copy([])
  const signature = await pair.build.artifact(root, SIGNATURE, {})
  const result = await copy([artifactOf(signature, root)])
  expect(result.status).toBe('copied')
  expect(await referrersAtTarget(root)).toEqual([signature.digest])
})

test('row 54: warns of an artifact that the target refuses, and copies the image', async () => {
  const sbom = await pair.build.artifact(root, SBOM, {})
  pair.target.breakWith(failing(new RegExp(`^PUT .*/manifests/${sbom.digest}`), 405))
  const result = await copy([artifactOf(sbom, root)])
  expect(result.warnings).toMatchObject([
    { message: expect.stringContaining(`the artifact ${sbom.digest}`), refused: { digest: sbom.digest } },
  ])
  expect(await pair.target.store.tags.find(TO, '1.0')).toBe(root.digest)
})

test.each([
  ['a refusal for missing permissions', 403, false],
  ['a refusal of the content', 400, true],
])('marks %s as lasting or not', async (_, status, lasting) => {
  const sbom = await pair.build.artifact(root, SBOM, {})
  pair.target.breakWith(failing(new RegExp(`^PUT .*/manifests/${sbom.digest}`), status))
  const { warnings } = await copy([artifactOf(sbom, root)])
  expect(warnings).toMatchObject([{ refused: { digest: sbom.digest }, lasting }])
})

test('warns of an artifact that is broken at the source, and copies the others', async () => {
  const sbom = await pair.build.artifact(root, SBOM, {})
  const signature = await pair.build.artifact(root, SIGNATURE, {})
  pair.source.breakWith(failing(new RegExp(`/manifests/${sbom.digest}`), 404))
  const result = await copy([artifactOf(sbom, root), artifactOf(signature, root)])
  expect(result.warnings).toHaveLength(1)
  expect(await referrersAtTarget(root)).toEqual([signature.digest])
  expect(await pair.target.store.tags.find(TO, '1.0')).toBe(root.digest)
})

test('copies artifacts that refer to each other without a loop', async () => {
  const one = await pair.build.artifact(root, SBOM, {})
  const other = await pair.build.artifact(one, SIGNATURE, {})
  const result = await copy([artifactOf(one, root), artifactOf(other, one), artifactOf(one, other)])
  expect(result.warnings).toEqual([])
})

test('selects the artifacts of images outside the copied tags', async () => {
  const child = { ...root, digest: `sha256:${'c'.repeat(64)}` } as const
  const ofRoot = artifactOf(await pair.build.artifact(root, SBOM, {}), root)
  const ofSbom = { ...ofRoot, digest: `sha256:${'b'.repeat(64)}`, subject: ofRoot.digest }
  const ofChild = { ...ofRoot, digest: `sha256:${'d'.repeat(64)}`, subject: child.digest }
  expect(withoutArtifactsOf([ofSbom, ofChild, ofRoot], [root.digest])).toEqual([ofChild])
  const ofPlatform = { ...ofChild, index: root.digest }
  expect(withoutArtifactsOf([ofPlatform], [root.digest])).toEqual([])
  expect(withoutArtifactsOf([ofPlatform], [])).toEqual([ofPlatform])
})
