// All URLs that a hostile registry can name, with listeners that must never receive credentials.
import { expect, test } from 'vitest'
import { classify } from '../../../registry/http/address.ts'
import type { Network } from '../../../registry/http/guard.ts'
import type { Repository } from '../../../registry/model/registry.ts'
import type { RegistriesOptions } from '../../../registry/open.ts'
import { type Action, answer, headers } from '../../support/actions.ts'
import { CANARY, canary, stolen } from '../../support/canary.ts'
import { REPOSITORY, testClient } from '../../support/client.ts'
import { imageOf, randomBlob, sourceOf } from '../../support/content.ts'
import { startFaultyRegistry } from '../../support/faulty-registry.ts'
import { type Listening, listen } from '../../support/listen.ts'
import { seedImage } from '../../support/seed.ts'
import { tokenAuth } from '../../support/token-auth.ts'

interface Stage {
  readonly repository: Repository
  /** The origin of a listener at another loopback address. */
  readonly away: string
  /** The origin of a listener at another port of the registry's address. */
  readonly otherPort: string
}

type Case = [
  what: string,
  fault: (stage: Stage) => [on: RegExp, action: Action],
  work: (stage: Stage) => Promise<unknown>,
]

const blob = randomBlob(1000)
const image = imageOf([blob])
const challenge = (realm: string): Action => answer(401, { 'www-authenticate': `Bearer realm="${realm}"` })
const to = (location: string, status = 307): Action => answer(status, { location })

const head = ({ repository }: Stage) => repository.headManifest('v1')
const get = ({ repository }: Stage) => repository.getManifest('v1')
const read = async ({ repository }: Stage) => {
  for await (const _ of await repository.blob(blob.descriptor).open());
}
const put = ({ repository }: Stage) => {
  const fresh = randomBlob(1000)
  return repository.putBlob(fresh.descriptor, sourceOf(fresh))
}
const publish = ({ repository }: Stage) => repository.putManifest(image.manifest, 'v2')
const tags = ({ repository }: Stage) => repository.listTags()
const list = ({ repository }: Stage) => repository.referrers(image.manifest.digest)

const ANY = /manifests|blobs|tags|referrers/
const START = /POST .*uploads/
const BLOB = /GET .*\/blobs\//
const REALMS: Case[] = [
  ['realm at another address', ({ away }) => [ANY, challenge(`${away}/token`)], head],
  ['realm at another port', ({ otherPort }) => [ANY, challenge(`${otherPort}/token`)], head],
  ['realm at another address, for a push', ({ away }) => [START, challenge(`${away}/token`)], put],
  ['realm without a scheme', ({ away }) => [ANY, challenge(away.replace('http:', ''))], head],
  ['realm with a user name', ({ away }) => [ANY, challenge(away.replace('//', '//user@'))], head],
  [
    'realm at localhost',
    ({ otherPort }) => [ANY, challenge(otherPort.replace('127.0.0.1', 'localhost'))],
    head,
  ],
  [
    'realm at a decimal address',
    ({ otherPort }) => [ANY, challenge(otherPort.replace('127.0.0.1', '2130706433'))],
    head,
  ],
  [
    'realm at a mapped address',
    ({ otherPort }) => [ANY, challenge(otherPort.replace('127.0.0.1', '[::ffff:7f00:1]'))],
    head,
  ],
  [
    'realm in the second challenge',
    ({ away }) => [ANY, answer(401, { 'www-authenticate': `Negotiate, Bearer realm="${away}/token"` })],
    head,
  ],
  [
    'realm of a 403',
    ({ away }) => [
      ANY,
      answer(403, { 'www-authenticate': `Bearer realm="${away}/token",scope="repository:x:pull"` }),
    ],
    head,
  ],
]
const OTHERS: Case[] = [
  ['redirect of a blob to another address', ({ away }) => [BLOB, to(`${away}/blob`)], read],
  ['row 12: redirect of a blob to another port', ({ otherPort }) => [BLOB, to(`${otherPort}/blob`)], read],
  ['redirect of a blob without a scheme', ({ away }) => [BLOB, to(away.replace('http:', ''))], read],
  [
    'redirect of a blob to localhost',
    ({ otherPort }) => [BLOB, to(otherPort.replace('127.0.0.1', 'localhost'))],
    read,
  ],
  ['redirect of a manifest', ({ away }) => [/GET .*manifests/, to(`${away}/v2/team/app/manifests/v1`)], get],
  ['redirect of a manifest by 301', ({ away }) => [/GET .*manifests/, to(`${away}/v2/`, 301)], get],
  ['redirect of a HEAD', ({ away }) => [/HEAD/, to(`${away}/v2/`, 302)], head],
  ['redirect of the list of tags', ({ away }) => [/tags/, to(`${away}/v2/team/app/tags/list`)], tags],
  ['redirect of the list of referrers', ({ away }) => [/referrers/, to(`${away}/v2/`)], list],
  ['redirect of the start of an upload', ({ away }) => [START, to(`${away}/v2/`)], put],
  ['redirect of a manifest PUT', ({ away }) => [/PUT .*manifests/, to(`${away}/v2/`, 308)], publish],
  [
    'row 14: Location at another address',
    ({ away }) => [START, answer(202, { location: `${away}/upload` })],
    put,
  ],
  [
    'row 14: Location at another port',
    ({ otherPort }) => [START, answer(202, { location: `${otherPort}/upload?x=1` })],
    put,
  ],
  [
    'row 14: Location without a scheme',
    ({ away }) => [START, answer(202, { location: away.replace('http:', '') })],
    put,
  ],
]
const LINKS: Case[] = [
  [
    'row 58: Link to another address',
    ({ away }) => [/tags/, headers({ link: `<${away}/v2/team/app/tags/list?last=v1>; rel="next"` })],
    tags,
  ],
  [
    'row 58: Link to another port',
    ({ otherPort }) => [/tags/, headers({ link: `<${otherPort}/tags?last=v1>; rel=next` })],
    tags,
  ],
  [
    'Link without a scheme',
    ({ away }) => [/tags/, headers({ link: `<${away.replace('http:', '')}/tags?last=v1>; rel="next"` })],
    tags,
  ],
  [
    'Link of the list of referrers',
    ({ away }) => [/referrers/, headers({ link: `<${away}/referrers?last=v1>; rel="next"` })],
    list,
  ],
]

async function prepared(options: RegistriesOptions = {}) {
  const stack = new AsyncDisposableStack()
  const registry = stack.use(await startFaultyRegistry({ quirks: { auth: tokenAuth({ user: CANARY }) } }))
  await seedImage(registry, image, 'v1')
  const canaries = [canary(), canary()] as const
  const away: Listening = stack.use(await listen(canaries[0].listener, '127.0.0.2'))
  const otherPort: Listening = stack.use(await listen(canaries[1].listener))
  const client = stack.use(testClient(options))
  const repository = await client.open(registry.address, REPOSITORY, CANARY)
  // By now the registry has received the password, and the client holds a token that could leak.
  await repository.headManifest('v1')
  const stage: Stage = { repository, away: away.origin, otherPort: otherPort.origin }
  const caught = () => canaries.flatMap(({ seen }) => seen)
  return { registry, client, stage, canaries, caught, [Symbol.asyncDispose]: () => stack.disposeAsync() }
}

test.each(REALMS)('%s: refused without a request', async (_, fault, work) => {
  await using setup = await prepared()
  setup.registry.faults.add(...fault(setup.stage))
  await expect(work(setup.stage)).rejects.toMatchObject({ kind: 'unsafe' })
  expect(setup.caught()).toEqual([])
})

test.each(OTHERS)('%s: followed without credentials', async (_, fault, work) => {
  await using setup = await prepared()
  setup.registry.faults.add(...fault(setup.stage))
  // The operation may succeed or fail; the test checks what the listeners received.
  await work(setup.stage).catch(() => {})
  expect(setup.caught()).not.toEqual([])
  expect(stolen(setup.canaries)).toEqual([])
})

test.each(LINKS)('%s: only its query is used, at the registry itself', async (_, fault, work) => {
  await using setup = await prepared()
  const [on, action] = fault(setup.stage)
  setup.registry.faults.add(on, action)
  await work(setup.stage)
  const [first, second, ...more] = setup.registry.matching(on).map(({ path }) => path.split('?'))
  expect([second?.[0], second?.[1], more]).toEqual([first?.[0], 'last=v1', []])
  expect(setup.caught()).toEqual([])
})

test.each([
  ['resolves to a private address', '10.0.0.1'],
  ['resolves to a metadata address', '169.254.169.254'],
  ['resolves to a mapped metadata address', '::ffff:169.254.169.254'],
  ['resolves to both a good and a metadata address', '127.0.0.2,169.254.169.254'],
])('row 9: does not connect to a host that %s', async (_, addresses) => {
  const connected: string[] = []
  const network: Network = {
    classify,
    lookup: (host, options, callback) => {
      connected.push(host)
      const found = addresses
        .split(',')
        .map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
      if (options.all === true) callback(null, found)
      else callback(null, found[0]?.address ?? '', found[0]?.family)
    },
  }
  await using setup = await prepared({ network })
  const port = new URL(setup.stage.away).port
  for (const [on, action, work] of [
    [BLOB, to(`http://rebound.example:${port}/blob`), read],
    [START, answer(202, { location: `http://rebound.example:${port}/upload` }), put],
  ] as const) {
    setup.registry.faults.add(on, action)
    await expect(work(setup.stage)).rejects.toMatchObject({ kind: 'unsafe' })
  }
  expect(connected).toEqual(['rebound.example', 'rebound.example'])
  expect(setup.caught()).toEqual([])
})

test('row 11: refuses a redirect to a mapped address without a retry', async () => {
  await using setup = await prepared()
  setup.registry.faults.add(
    { on: BLOB, times: 9 },
    to(setup.stage.away.replace('127.0.0.2', '[::ffff:127.0.0.2]')),
  )
  await expect(read(setup.stage)).rejects.toMatchObject({ kind: 'unsafe' })
  expect(setup.registry.matching(BLOB)).toHaveLength(1)
  expect(setup.caught()).toEqual([])
})
