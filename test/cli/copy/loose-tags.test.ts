// Copies of all tags include tags that look like artifact tags and belong to no copied image.
import { afterEach, beforeEach, expect, test } from 'vitest'
import { copyCommand } from '../../../cli/copy/command.ts'
import { runJob } from '../../../cli/copy/job.ts'
import { showCopyProgress } from '../../../cli/copy/progress.ts'
import type { CopyDocument } from '../../../cli/copy/schema.ts'
import type { Quirks } from '../../../local/aws/registry/policy.ts'
import { openDockerConfig } from '../../../registry/credentials/docker-config.ts'
import { type Descriptor, listedIn } from '../../../registry/model/manifest.ts'
import { createRegistries } from '../../../registry/open.ts'
import { multiArch } from '../../copy/images.ts'
import { failing, startRegistry, type TestRegistry } from '../../copy/registries.ts'
import { parsed } from '../parsed.ts'

const FROM = 'library/app'
const TO = 'mirror/app'
const registries = createRegistries({ retry: { attempts: 3, baseMs: 1, maxMs: 2 } })

let source: TestRegistry
let target: TestRegistry
let root: Descriptor
beforeEach(async () => {
  source = await startRegistry()
  root = await multiArch(await source.build(FROM), '1.0')
  await useTarget()
})
afterEach(async () => {
  await source[Symbol.asyncDispose]()
  await target[Symbol.asyncDispose]()
})

async function useTarget(quirks: Quirks = {}): Promise<void> {
  await target?.[Symbol.asyncDispose]()
  target = await startRegistry(quirks)
}

async function copyAll(...flags: string[]): Promise<CopyDocument> {
  const all = [...flags, '--all-tags', `${source.address}/${FROM}`, `${target.address}/${TO}`]
  const options = parsed(copyCommand, all)
  using progress = showCopyProgress({ write: () => {} })
  const config = openDockerConfig({ environment: {}, home: '/nowhere' })
  return runJob(options, { registries, config, progress, signal: new AbortController().signal })
}

const tagsAt = async () => Object.fromEntries(await target.store.tags.all(TO))
const tagFor = (digest: string, suffix = '') => digest.replace(':', '-') + suffix
const pushAs = async (name: string) => (await multiArch(await source.build(FROM), name, { name })).digest

test.each([
  ['another suffix', () => tagFor(root.digest, '.soci')],
  ['two suffixes', () => tagFor(root.digest, '.sig.bundle')],
  ['the digest of no image', () => tagFor(`sha256:${'0'.repeat(64)}`)],
  ['the signature of no image', () => tagFor(`sha256:${'1'.repeat(64)}`, '.sig')],
  ['a sha512 digest', () => tagFor(`sha512:${'2'.repeat(128)}`.slice(0, 128))],
  ['half a digest', () => tagFor(`sha256:${'3'.repeat(32)}`)],
  ['the digest of an image that has no artifacts', () => tagFor(root.digest)],
])('copies a tag with %s', async (_, name) => {
  const digest = await pushAs(name())
  expect((await copyAll()).targets[0]?.outcome).toBe('synced')
  expect(await tagsAt()).toEqual({ '1.0': root.digest, [name()]: digest })
  expect((await copyAll()).targets[0]?.outcome).toBe('inSync')
})

test('copies a repository that has only such tags', async () => {
  await source.store.tags.delete(FROM, '1.0')
  const name = tagFor(`sha256:${'0'.repeat(64)}`, '.sig')
  const digest = await pushAs(name)
  expect((await copyAll()).targets[0]?.tags).toMatchObject([{ tag: name, digest, status: 'copied' }])
  expect(await tagsAt()).toEqual({ [name]: digest })
})

test('copies the signature of a failed image', async () => {
  const name = tagFor(root.digest, '.sig')
  const digest = await pushAs(name)
  source.breakWith(failing(new RegExp(`GET .*/manifests/${root.digest}`), 403))
  const [report] = (await copyAll()).targets
  expect(report?.outcome).toBe('failed')
  expect(report?.tags).toMatchObject([
    { tag: '1.0', status: 'failed' },
    { tag: name, digest, status: 'copied' },
  ])
  expect(await tagsAt()).toEqual({ [name]: digest })
})

test('copies the other tags if no image can be read, and names each image', async () => {
  const name = tagFor(`sha256:${'0'.repeat(64)}`, '.sig')
  const digest = await pushAs(name)
  source.breakWith(failing(/manifests\/1\.0/, 403))
  const [report] = (await copyAll()).targets
  expect(report?.outcome).toBe('failed')
  expect(report?.tags).toMatchObject([
    { tag: name, digest, status: 'copied' },
    { tag: '1.0', status: 'failed' },
  ])
})

test('reports them in a dry run', async () => {
  await copyAll()
  const name = tagFor(root.digest, '.soci')
  await pushAs(name)
  const document = await copyAll('--dry-run')
  expect(document.targets[0]).toMatchObject({ outcome: 'stale' })
  expect(document.targets[0]?.tags).toContainEqual(expect.objectContaining({ tag: name, status: 'missing' }))
})

test('omits them with --no-artifacts', async () => {
  await pushAs(tagFor(root.digest, '.sig'))
  await pushAs(tagFor(root.digest, '.soci'))
  await copyAll('--no-artifacts')
  expect(await tagsAt()).toEqual({ '1.0': root.digest })
})

test('omits them with --platform, and copies the signatures of the chosen platforms', async () => {
  const bytes = await source.store.manifests.bytes(root.digest)
  const [amd64, arm64] = listedIn({ ...root, bytes }) as [Descriptor, Descriptor]
  for (const { digest } of [root, amd64, arm64]) await pushAs(tagFor(digest, '.sig'))
  await copyAll('--platform', 'linux/amd64')
  expect(Object.keys(await tagsAt()).sort()).toEqual(['1.0', tagFor(amd64.digest, '.sig')])
})

/** An SBOM of the image, in the fallback tag of registries without the referrers API. */
async function listReferrer() {
  const build = await source.build(FROM)
  const sbom = await build.artifact(root, 'application/spdx+json', { name: 'app' })
  const list = await build.index([sbom])
  const name = tagFor(root.digest)
  await build.tag(name, list)
  return { name, list, sbom }
}

test('copies the fallback tag of an image as a plain tag to a target with the referrers API', async () => {
  const { name, list } = await listReferrer()
  await copyAll()
  expect(await tagsAt()).toEqual({ '1.0': root.digest, [name]: list.digest })
  expect((await copyAll()).targets[0]?.outcome).toBe('inSync')
})

test('keeps the entries of others in the fallback tag of a target', async () => {
  await useTarget({ referrersApi: false })
  const build = await target.build(TO)
  const other = await multiArch(build, 'other', { name: 'other' })
  const { name, sbom } = await listReferrer()
  await build.tag(name, await build.index([other]))
  await copyAll()
  const listed = await (await target.open(TO)).referrers(root.digest)
  expect(listed.map(({ digest }) => digest).sort()).toEqual([other.digest, sbom.digest].sort())
})

test('fails such a tag that the source lists but does not serve, and copies the others', async () => {
  const name = tagFor(root.digest, '.soci')
  await pushAs(name)
  source.breakWith(failing(new RegExp(`/manifests/${name}`), 403))
  const [report] = (await copyAll()).targets
  expect(report).toMatchObject({ outcome: 'failed', error: { message: expect.stringContaining(name) } })
  expect(await tagsAt()).toEqual({ '1.0': root.digest })
})
