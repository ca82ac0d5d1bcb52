// A hostile registry at a public name that names other hosts, hosts in private networks, and plain HTTP. Over TLS, with
// listeners at all of these addresses that must never receive credentials.
import { expect, test } from 'vitest'
import type { Digest } from '../../../registry/model/reference.ts'
import { type Action, afterReading, answer, headers } from '../../support/actions.ts'
import { CANARY, stolen } from '../../support/canary.ts'
import { REPOSITORY } from '../../support/client.ts'
import { randomBlob, sourceOf } from '../../support/content.ts'
import { HOMOGRAPH, type PublicNames, startPublicNames } from '../../support/public-names.ts'

/** A way for a registry to name a URL, and the operation that triggers it. */
interface Means {
  readonly on: RegExp
  say(url: string): Action
  work(stage: PublicNames): Promise<unknown>
}

type Where = (stage: PublicNames) => string
type Case = [what: string, means: Means, where: Where]

const to = (url: string): Action => answer(307, { location: url })
const session = (url: string): Action => answer(202, { location: url })
const next = (url: string): Action => headers({ link: `<${url}>; rel="next"` })
const challenge = (url: string): Action => answer(401, { 'www-authenticate': `Bearer realm="${url}"` })

const head = ({ repository }: PublicNames) => repository.headManifest('v1')
const get = ({ repository }: PublicNames) => repository.getManifest('v1')
const tags = ({ repository }: PublicNames) => repository.listTags()
const list = ({ repository, digest }: PublicNames) => repository.referrers(digest as Digest)
const read = async ({ repository, layer }: PublicNames) => {
  for await (const _ of await repository.blob(layer.descriptor).open());
}
const put = ({ repository }: PublicNames) => {
  const blob = randomBlob(1000)
  return repository.putBlob(blob.descriptor, sourceOf(blob))
}

const REALM: Means = { on: /HEAD .*manifests/, say: challenge, work: head }
const OPEN_REALM: Means = { ...REALM, work: ({ anonymous }) => anonymous.headManifest('v1') }
const BLOB: Means = { on: /GET .*\/blobs\//, say: to, work: read }
const MANIFEST: Means = { on: /GET .*manifests/, say: to, work: get }
const HEAD: Means = { on: /HEAD .*manifests/, say: to, work: head }
const SESSION: Means = { on: /POST .*uploads/, say: session, work: put }
const TAGS: Means = { on: /tags/, say: next, work: tags }
const REFERRERS: Means = { on: /referrers/, say: next, work: list }
/** Fails at the source, so that the client cancels the session. */
const ABANDONED: Means = {
  ...SESSION,
  work({ repository }) {
    const broken = async function* () {
      yield Buffer.alloc(1)
      throw new Error('the source broke')
    }
    const source = { size: 1000, open: async () => broken() }
    return repository.putBlob(randomBlob(1000).descriptor, source)
  },
}
const MOUNT: Means = {
  ...SESSION,
  on: /mount=/,
  async work({ repository, sibling }) {
    await repository.mountBlob(sibling.descriptor, 'team/base')
    await repository.putBlob(sibling.descriptor, sourceOf(sibling))
  },
}

const at =
  (name: string, path = 'x'): Where =>
  ({ port }) =>
    `https://${name}:${port}/${path}`
const plain: Where = ({ plainPort }) => `http://storage.test:${plainPort}/x`
const plainOwn: Where = ({ address }) => `http://${address}/x`
const asUser: Where = ({ address, port }) => `https://${address}@storage.test:${port}/x`
const EVIL = 'registry.test.evil.test'

const REFUSED: Case[] = [
  ['realm by plain HTTP at the registry’s own name', REALM, plainOwn],
  ['realm by plain HTTP at another name', REALM, plain],
  ['realm at a domain that begins with the registry’s name', REALM, at(EVIL)],
  ['realm at a name that ends like the registry’s', REALM, at('evilregistry.test')],
  ['realm at a name that looks like the registry’s', REALM, at(HOMOGRAPH)],
  ['realm at the registry’s name with a trailing dot', REALM, at('registry.test.')],
  ['realm at another port of the registry’s name', REALM, at('registry.test')],
  ['realm with the registry’s name as its user', REALM, asUser],
  ['realm whose name resolves to a private address', OPEN_REALM, at('inside.test')],
  ['realm whose name resolves to a metadata address', OPEN_REALM, at('metadata.test')],
  ['redirect of a blob to plain HTTP at the same name', BLOB, plainOwn],
  ['redirect of a blob to plain HTTP elsewhere', BLOB, plain],
  ['redirect of a manifest to plain HTTP', MANIFEST, plain],
  ['redirect of a HEAD to plain HTTP', HEAD, plain],
  ['redirect with the registry’s name as its user', BLOB, asUser],
  ['redirect to a name that resolves to a private address', BLOB, at('inside.test')],
  ['redirect to a name that resolves to a metadata address', BLOB, at('metadata.test')],
  ['redirect to a name that resolves to this machine', BLOB, at('here.test')],
  ['redirect to a name that resolves to a public and a metadata address', BLOB, at('mixed.test')],
  ['Location by plain HTTP', SESSION, plain],
  ['Location with the registry’s name as its user', SESSION, asUser],
  ['Location whose name resolves to a private address', SESSION, at('inside.test')],
  ['Location whose name resolves to a metadata address', SESSION, at('metadata.test')],
]

const ANONYMOUS: Case[] = [
  ['redirect to a domain that begins with the registry’s name', BLOB, at(EVIL)],
  ['redirect to another port of the registry’s name', BLOB, at('registry.test')],
  ['redirect to storage with a challenge', BLOB, at('storage.test', 'challenge')],
  ['redirect of a manifest to storage with a challenge', MANIFEST, at('storage.test', 'challenge')],
  ['Location at a domain that begins with the registry’s name', SESSION, at(EVIL)],
  ['Location at storage with a challenge', SESSION, at('storage.test', 'challenge')],
  ['Location in the response to a mount', MOUNT, at('storage.test')],
]

const MORE = 'x?last=v1'
const LINKS: Case[] = [
  ['Link by plain HTTP', TAGS, ({ plainPort }) => `http://storage.test:${plainPort}/${MORE}`],
  ['Link whose name resolves to a private address', TAGS, at('inside.test', MORE)],
  ['Link of referrers whose name resolves to a metadata address', REFERRERS, at('metadata.test', MORE)],
  ['Link to a domain that begins with the registry’s name', TAGS, at(EVIL, MORE)],
]

/** Returns the result or the error of the operation. */
async function play(setup: PublicNames, { on, say, work }: Means, where: Where): Promise<unknown> {
  setup.registry.faults.add({ on, times: 9 }, say(where(setup)))
  return work(setup).catch((error: unknown) => error)
}

test.each(REFUSED)('%s: refused without a request', async (_, means, where) => {
  await using setup = await startPublicNames()
  expect(await play(setup, means, where)).toMatchObject({ kind: 'unsafe' })
  expect(setup.watcher.seen).toEqual([])
})

test.each(ANONYMOUS)('%s: followed without credentials', async (_, means, where) => {
  await using setup = await startPublicNames()
  await play(setup, means, where)
  expect(setup.watcher.seen).not.toEqual([])
  expect(stolen([setup.watcher])).toEqual([])
})

test.each(LINKS)('%s: only its query is used, at the registry itself', async (_, means, where) => {
  await using setup = await startPublicNames()
  await play(setup, means, where)
  const asked = setup.registry.matching(means.on)
  expect(asked.map(({ path }) => path.split('?')[1])).toContain('last=v1')
  expect(new Set(asked.map(({ path }) => path.split('?')[0])).size).toBe(1)
  expect(setup.watcher.seen).toEqual([])
})

test('does not answer a challenge of storage, and does not blame the credentials', async () => {
  await using setup = await startPublicNames()
  expect(await play(setup, BLOB, at('storage.test', 'challenge'))).toMatchObject({ kind: 'unavailable' })
  expect(setup.registry.matching(/token/)).toHaveLength(1)
})

test('redirect of the token server to another origin: not followed', async () => {
  await using setup = await startPublicNames()
  setup.registry.faults.add(/\/token/, to(at('storage.test')(setup)))
  await expect(put(setup)).rejects.toMatchObject({ kind: 'unsafe' })
  expect(setup.watcher.seen).toEqual([])
})

test('Location of an abandoned session: cancelled without credentials', async () => {
  await using setup = await startPublicNames()
  await play(setup, ABANDONED, at('storage.test'))
  expect(setup.watcher.seen.at(-1)?.method).toBe('DELETE')
  expect(stolen([setup.watcher])).toEqual([])
})

test('Location after the bytes were sent: committed without credentials', async () => {
  await using setup = await startPublicNames()
  setup.registry.faults.add(/PUT .*uploads/, afterReading(answer(413)))
  setup.registry.faults.add(/PATCH .*uploads/, afterReading(session(at('storage.test')(setup))))
  await put(setup)
  expect(setup.watcher.seen.map(({ method }) => method)).toEqual(['PUT'])
  expect(stolen([setup.watcher])).toEqual([])
})

test('redirect that leads back to the registry: still without credentials', async () => {
  await using setup = await startPublicNames()
  const home = encodeURIComponent(`https://${setup.address}/v2/${REPOSITORY}/manifests/v1?home`)
  setup.registry.faults.add(MANIFEST.on, to(at('storage.test', `home?${home}`)(setup)))
  await get(setup)
  expect(setup.watcher.seen).toHaveLength(1)
  const [back] = setup.registry.matching(/[?]home$/)
  expect(back?.method).toBe('GET')
  expect(back?.headers.authorization).toBeUndefined()
})

test('detects credentials at a listener', async () => {
  await using setup = await startPublicNames()
  const authorization = `Basic ${Buffer.from(`${CANARY.username}:${CANARY.password}`).toString('base64')}`
  await fetch(`http://127.0.0.1:${setup.plainPort}/x`, { headers: { authorization } })
  expect(stolen([setup.watcher])).toHaveLength(1)
})
