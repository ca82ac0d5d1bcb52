import { CreateRepositoryCommand, PutAccountSettingCommand } from '@aws-sdk/client-ecr'
import { afterEach, expect, test } from 'vitest'
import type { EcrOptions } from '../../../../local/aws/ecr.ts'
import { digestOf } from '../../../../local/aws/registry/digest.ts'
import { MediaType } from '../../../../registry/model/manifest.ts'
import { ACCOUNT, startTestCloud, type TestCloud, tokenOf } from './cloud.ts'
import { seedImage } from './seed.ts'

const HOUR = 60 * 60 * 1000
let cloud: TestCloud
afterEach(() => cloud[Symbol.asyncDispose]())

async function start(
  options: Partial<EcrOptions> = {},
  settings: Partial<ConstructorParameters<typeof CreateRepositoryCommand>[0]> = {},
): Promise<void> {
  cloud = await startTestCloud(options)
  await cloud.client().send(new CreateRepositoryCommand({ repositoryName: 'app', ...settings }))
}

async function told(answer: Response): Promise<readonly [number, string, string]> {
  const { errors } = (await answer.json()) as { errors: { code: string; message: string }[] }
  return [answer.status, errors[0]?.code ?? '', errors[0]?.message ?? '']
}

async function upload(content: string, repository = 'app'): Promise<Response> {
  const begun = await cloud.ask(`/v2/${repository}/blobs/uploads/`, { method: 'POST' })
  const { pathname } = new URL(begun.headers.get('location') ?? '')
  return cloud.ask(`${pathname}?digest=${digestOf(content)}`, { method: 'PUT', body: content })
}

const image = (fields: object = {}, layer = 'layer') => ({
  schemaVersion: 2,
  mediaType: MediaType.ociManifest,
  config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest: digestOf('{}'), size: 2 },
  layers: [
    { mediaType: 'application/vnd.oci.image.layer.v1.tar', digest: digestOf(layer), size: layer.length },
  ],
  ...fields,
})

async function put(reference: string, document: object): Promise<Response> {
  await upload('{}')
  await upload('layer')
  const headers = { 'content-type': MediaType.ociManifest }
  return cloud.ask(`/v2/app/manifests/${reference}`, {
    method: 'PUT',
    body: JSON.stringify(document),
    headers,
  })
}

test('refuses requests without a token, with a challenge', async () => {
  await start()
  const address = cloud.ecr.registries['us-east-1']
  const answer = await fetch(`http://${address}/v2/`)
  expect([answer.status, await answer.text()]).toEqual([401, 'Not Authorized\n'])
  expect(answer.headers.get('www-authenticate')).toBe(
    `Basic realm="http://${address}/",service="ecr.amazonaws.com"`,
  )
})

test('accepts a token in its region for twelve hours', async () => {
  let now = Date.UTC(2026, 0, 1)
  await start({ now: () => now })
  const headers = { authorization: `Basic ${await tokenOf(cloud.client('us-east-1'))}` }
  expect((await cloud.ask('/v2/', { headers }, 'eu-west-1')).status).toBe(400)
  now += 12 * HOUR - 1
  expect((await cloud.ask('/v2/', { headers })).status).toBe(200)
  now += 1
  expect(await told(await cloud.ask('/v2/', { headers }))).toEqual([
    403,
    'DENIED',
    'Your authorization token has expired. Reauthenticate and try again.',
  ])
})

test('refuses anonymous pushes where pulls are anonymous', async () => {
  await start({ anonymousPull: true })
  await seedImage(await cloud.store(), 'app', '1.0')
  const at = `http://${cloud.ecr.registries['us-east-1']}/v2`
  expect((await fetch(`${at}/app/manifests/1.0`)).status).toBe(200)
  expect((await fetch(`${at}/app/blobs/uploads/`, { method: 'POST' })).status).toBe(401)
})

test('does not create a repository on push', async () => {
  await start()
  expect(await told(await cloud.ask('/v2/nobody/blobs/uploads/', { method: 'POST' }))).toEqual([
    404,
    'NAME_UNKNOWN',
    `The repository with name 'nobody' does not exist in the registry with id '${ACCOUNT}'`,
  ])
})

test('continues uploads at an absolute URL, with 201 for a PATCH and a Range that stays at 10 MiB', async () => {
  await start()
  const begun = await cloud.ask('/v2/app/blobs/uploads/', { method: 'POST' })
  const { pathname, host } = new URL(begun.headers.get('location') ?? '')
  expect(host).toBe(cloud.ecr.registries['us-east-1'])
  const body = Buffer.alloc(11 * 1024 * 1024)
  const patched = await cloud.ask(pathname, { method: 'PATCH', body })
  expect([patched.status, patched.headers.get('range')]).toEqual([201, '0-10485759'])
  expect((await cloud.ask(`${pathname}?digest=${digestOf(body)}`, { method: 'PUT' })).status).toBe(201)
})

test('accepts a part below 5 MiB only as the last', async () => {
  await start()
  const begun = await cloud.ask('/v2/app/blobs/uploads/', { method: 'POST' })
  const { pathname } = new URL(begun.headers.get('location') ?? '')
  expect((await cloud.ask(pathname, { method: 'PATCH', body: 'small' })).status).toBe(201)
  const [status, code] = await told(await cloud.ask(pathname, { method: 'PATCH', body: 'more' }))
  expect([status, code]).toEqual([400, 'BLOB_UPLOAD_INVALID'])
})

test('refuses an empty blob', async () => {
  await start()
  const [status, code] = await told(await upload(''))
  expect([status, code]).toEqual([400, 'BLOB_UPLOAD_INVALID'])
})

test.each([
  ['it has no layers', { layers: [] }, 'Image has to have at least 1 layer'],
  ['its artifact type has a parameter', { artifactType: 'a/b; v=1' }, 'Invalid JSON syntax'],
  [
    "a layer's type has a parameter",
    { layers: [{ ...image().layers[0], mediaType: 'text/plain; charset=utf-8' }] },
    'Invalid JSON syntax',
  ],
])('refuses a manifest with 405 if %s', async (_, fields, constraint) => {
  await start()
  expect(await told(await put('1.0', image(fields)))).toEqual([
    405,
    'UNSUPPORTED',
    `Invalid parameter at 'ImageManifest' failed to satisfy constraint: '${constraint}'`,
  ])
})

test('names missing layers', async () => {
  await start()
  const [status, code, message] = await told(await put('1.0', image({}, 'missing')))
  expect([status, code]).toEqual([404, 'MANIFEST_BLOB_UNKNOWN'])
  expect(message).toContain(`Layers with digests '[${digestOf('missing')}]' required for pushing image`)
})

test('refuses to put an immutable tag again, even with the same digest', async () => {
  await start({}, { imageTagMutability: 'IMMUTABLE' })
  expect((await put('1.0', image())).status).toBe(201)
  expect(await told(await put('1.0', image()))).toEqual([
    400,
    'TAG_INVALID',
    "The image tag '1.0' already exists in the 'app' repository and cannot be overwritten because the tag is immutable.",
  ])
  expect((await put(digestOf(JSON.stringify(image())), image())).status).toBe(201)
})

test('moves tags excluded from immutability', async () => {
  await start(
    {},
    {
      imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
      imageTagMutabilityExclusionFilters: [{ filterType: 'WILDCARD', filter: 'latest*' }],
    },
  )
  for (const tag of ['latest', 'latest-slim']) {
    await put(tag, image())
    expect((await put(tag, image({ annotations: { n: '2' } }))).status).toBe(201)
  }
  await put('1.0', image())
  expect((await put('1.0', image())).status).toBe(400)
})

test('mounts a blob if the account allows it, from a complete image', async () => {
  await start()
  const client = cloud.client()
  await client.send(new CreateRepositoryCommand({ repositoryName: 'base' }))
  const { layer } = await seedImage(await cloud.store(), 'base', '1.0')
  await upload('loose', 'base')
  const mount = async (digest: string) =>
    (await cloud.ask(`/v2/app/blobs/uploads/?mount=${digest}&from=base`, { method: 'POST' })).status
  expect(await mount(layer)).toBe(202)
  await client.send(new PutAccountSettingCommand({ name: 'BLOB_MOUNTING', value: 'ENABLED' }))
  expect(await mount(layer)).toBe(201)
  expect(await mount(digestOf('loose'))).toBe(202)
})

test('throttles more than ten PUTs of images a second', async () => {
  let now = 0
  await start({ putImagesPerSecond: 10, now: () => now })
  const statuses = await Promise.all(
    Array.from({ length: 12 }, async (_, n) => (await put(`v${n}`, image())).status),
  )
  expect(statuses.filter((status) => status === 429)).toHaveLength(2)
  expect((await put('again', image())).status).toBe(429)
  now += 1000
  expect((await put('again', image())).status).toBe(201)
})

test('refuses to delete through the registry protocol', async () => {
  await start()
  await put('1.0', image())
  expect((await cloud.ask('/v2/app/manifests/1.0', { method: 'DELETE' })).status).toBe(405)
})

test('converts a manifest for a pull by tag that does not accept its type', async () => {
  await start()
  await put('1.0', image())
  const answer = await cloud.ask('/v2/app/manifests/1.0', { headers: { accept: MediaType.dockerManifest } })
  expect(answer.headers.get('content-type')).toBe(MediaType.dockerManifest)
  expect(answer.headers.get('docker-content-digest')).not.toBe(digestOf(JSON.stringify(image())))
})

test('lists tags unordered, in pages of a hundred linked by absolute URLs', async () => {
  await start()
  const store = await cloud.store()
  const { digest } = await seedImage(store, 'app')
  for (let n = 0; n < 150; n++) await store.tags.set('app', `v${n}`, digest)
  const first = await cloud.ask('/v2/app/tags/list')
  const [, next] = /^<([^>]+)>; rel="next"$/.exec(first.headers.get('link') ?? '') ?? []
  const { pathname, search, host } = new URL(next ?? '')
  expect(host).toBe(cloud.ecr.registries['us-east-1'])
  const pages = [first, await cloud.ask(`${pathname}${search}`)]
  const tags = await Promise.all(pages.map(async (page) => ((await page.json()) as { tags: string[] }).tags))
  expect(tags.map(({ length }) => length)).toEqual([100, 50])
  expect(new Set(tags.flat()).size).toBe(150)
})

test('refuses a page size above 1000', async () => {
  await start()
  const [status, code] = await told(await cloud.ask('/v2/app/tags/list?n=1001'))
  expect([status, code]).toEqual([405, 'UNSUPPORTED'])
})

test('reports a missing image as ECR does', async () => {
  await start()
  expect(await told(await cloud.ask('/v2/app/manifests/nope'))).toEqual([
    404,
    'MANIFEST_UNKNOWN',
    'Requested image not found',
  ])
})
