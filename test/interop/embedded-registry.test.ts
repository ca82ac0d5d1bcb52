// The embedded registry, tested by third-party programs: they must receive the content that they push.
import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createRegistryHandler } from '../../local/aws/registry/handler.ts'
import { type RunningServer, startServer } from '../../local/aws/registry/server.ts'
import { openStore } from '../../local/aws/registry/store/store.ts'
import { DEBIAN_FILES, makeLayout, pullAndUnpack, push } from './images.ts'
import { podmanIn, rawManifest, requireTools, temporaryFolder, tool } from './tools.ts'

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let server: RunningServer
let layout: string

beforeAll(async () => {
  requireTools('skopeo', 'umoci', 'podman')
  folder = await temporaryFolder()
  server = await startServer(createRegistryHandler({ store: await openStore(join(folder.path, 'store')) }))
  layout = join(folder.path, 'layout')
  await makeLayout(layout)
})

afterAll(async () => {
  await server?.close()
  await folder?.[Symbol.asyncDispose]()
})

/** The digest of an image in the layout. */
async function digestInLayout(tag: string): Promise<string> {
  const { manifests } = JSON.parse(await readFile(join(layout, 'index.json'), 'utf8')) as {
    manifests: { digest: string; annotations?: Record<string, string> }[]
  }
  const named = (one: (typeof manifests)[number]) =>
    one.annotations?.['org.opencontainers.image.ref.name'] === tag
  return manifests.find(named)?.digest ?? ''
}

async function digestInRegistry(reference: string): Promise<string> {
  const flags = ['--tls-verify=false', '--format', '{{.Digest}}']
  return (await tool('skopeo', 'inspect', ...flags, `docker://${reference}`)).trim()
}

test('skopeo pushes a layout of umoci, and the digest stays', async () => {
  await push(layout, 'amd64', `${server.address}/team/app:1`)
  expect(await digestInRegistry(`${server.address}/team/app:1`)).toBe(await digestInLayout('amd64'))
})

test('skopeo pushes an index with all its platforms, and reads back the same bytes', async () => {
  await push(layout, 'multi', `${server.address}/team/multi:1`)
  const digest = await digestInLayout('multi')
  const given = await readFile(join(layout, 'blobs', 'sha256', digest.replace('sha256:', '')))
  expect((await rawManifest(`${server.address}/team/multi:1`)).equals(given)).toBe(true)
})

test('skopeo pulls, and umoci unpacks the files that went in', async () => {
  await push(layout, 'amd64', `${server.address}/team/files:1`)
  const files = await pullAndUnpack(`${server.address}/team/files:1`, join(folder.path, 'pulled'))
  for (const file of DEBIAN_FILES) {
    const [given, got] = await Promise.all([readFile(file), readFile(join(files, basename(file)))])
    expect(got.equals(given), file).toBe(true)
  }
})

test('skopeo lists the tags that it pushed, and deletes one', async () => {
  for (const tag of ['1', '2']) await push(layout, 'amd64', `${server.address}/team/tags:${tag}`)
  await push(layout, 'arm64', `${server.address}/team/tags:3`)
  const list = () => tool('skopeo', 'list-tags', '--tls-verify=false', `docker://${server.address}/team/tags`)
  expect(JSON.parse(await list())).toMatchObject({ Tags: ['1', '2', '3'] })
  await tool('skopeo', 'delete', '--tls-verify=false', `docker://${server.address}/team/tags:3`)
  expect(JSON.parse(await list())).toMatchObject({ Tags: ['1', '2'] })
})

test('podman pulls an image, and pushes it back under another name', async () => {
  await push(layout, 'amd64', `${server.address}/team/podman:1`)
  const podman = podmanIn(join(folder.path, 'podman'))
  await podman('pull', '--tls-verify=false', `${server.address}/team/podman:1`)
  const [from, to] = [`${server.address}/team/podman:1`, `${server.address}/team/podman:2`]
  await podman('push', '--tls-verify=false', from, to)
  const files = await pullAndUnpack(to, join(folder.path, 'from-podman'))
  expect(await readFile(join(files, 'ls'))).toEqual(await readFile('/bin/ls'))
})
