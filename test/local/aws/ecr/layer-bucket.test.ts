import { CreateRepositoryCommand } from '@aws-sdk/client-ecr'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startTestCloud, type TestCloud } from './cloud.ts'
import { seedImage } from './seed.ts'

const HOUR = 60 * 60 * 1000
let cloud: TestCloud
let now = 0
let presigned: string

beforeEach(async () => {
  now = Date.UTC(2026, 0, 1)
  cloud = await startTestCloud({ now: () => now })
  await cloud.client().send(new CreateRepositoryCommand({ repositoryName: 'app' }))
  const { layer } = await seedImage(await cloud.store(), 'app', '1.0')
  const answer = await cloud.ask(`/v2/app/blobs/${layer}`)
  expect(answer.status).toBe(307)
  presigned = answer.headers.get('location') ?? ''
})
afterEach(() => cloud[Symbol.asyncDispose]())

test('serves the bytes of a layer from another host by a presigned URL', async () => {
  expect(new URL(presigned).host).not.toBe(cloud.ecr.registries['us-east-1'])
  expect(await (await fetch(presigned)).text()).toBe('layer')
  const part = await fetch(presigned, { headers: { range: 'bytes=1-2' } })
  expect([part.status, await part.text()]).toEqual([206, 'ay'])
})

test('refuses credentials beside a presigned URL', async () => {
  const answer = await fetch(presigned, { headers: { authorization: 'Basic QVdTOng=' } })
  expect([answer.status, await answer.text()]).toEqual([
    400,
    expect.stringContaining('Only one auth mechanism allowed'),
  ])
})

test('accepts the URL for an hour', async () => {
  now += HOUR - 1
  expect((await fetch(presigned)).status).toBe(200)
  now += 1
  expect((await fetch(presigned)).status).toBe(403)
})

test('accepts the URL for its layer only', async () => {
  expect((await fetch(presigned.replace('/app/', '/other/'))).status).toBe(403)
})
