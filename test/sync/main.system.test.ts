// The bundled program as CodeBuild runs it: a child process with environment, exit status, and result in S3.
import { execFile } from 'node:child_process'
import { copyFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { S3Client } from '@aws-sdk/client-s3'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { programFolder } from '../../infra/bundle.ts'
import { type Emulator, startEmulator } from '../../local/emulator.ts'
import { createBuckets } from '../../local/s3-documents.ts'
import type { SyncOutcome } from '../../mirror/contract.ts'
import { refusalSchema } from '../../mirror/diff/refusals.ts'
import { type SyncResult, syncResultSchema, type WorkOrder } from '../../mirror/documents.ts'
import { refusalKey } from '../../mirror/keys.ts'
import { regionTarget } from '../../mirror/target.ts'
import { openWorkBucket } from '../../store/work-bucket.ts'
import { HOME, orderFor, REPOSITORY, startAws, type TestAws, tagOf } from '../copy/aws.ts'
import { artifactOf, multiArch } from '../copy/images.ts'
import { failing, startRegistry, type TestRegistry } from '../copy/registries.ts'

const BUCKET = 'work-bucket'
const ORDER = 'runs/test/images/00001-app/us-east-1/order.json'
const RESULT = 'runs/test/images/00001-app/us-east-1/result.json'

let folder: string
let program: string
let emulator: Emulator
let s3: S3Client
let upstream: TestRegistry
let aws: TestAws

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sync-main-'))
  // Runs a copy in another folder, so that it cannot import files of the project.
  program = join(folder, 'main.mjs')
  await copyFile(join(programFolder('sync'), 'main.mjs'), program)
  emulator = await startEmulator({ account: '123456789012', region: HOME })
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' }
  s3 = new S3Client({ endpoint: emulator.endpoint, region: HOME, forcePathStyle: true, credentials })
  await createBuckets(s3, [BUCKET])
})
afterAll(async () => {
  s3.destroy()
  await emulator.close()
  await rm(folder, { recursive: true, force: true })
})
beforeEach(async () => {
  upstream = await startRegistry()
  aws = await startAws({}, emulator.endpoint)
})
afterEach(async () => {
  await aws[Symbol.asyncDispose]()
  await upstream[Symbol.asyncDispose]()
})

interface Ended {
  readonly status: number
  readonly stdout: string
  readonly stderr: string
}

async function runProgram(
  order: WorkOrder,
  environment: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  await openWorkBucket(BUCKET, s3).writeJson(ORDER, order)
  const env = { ...aws.environment, WORK_BUCKET: BUCKET, ORDER_KEY: ORDER, ...environment }
  return new Promise((resolve) => {
    execFile(process.execPath, [program], { env }, (error, stdout, stderr) => {
      resolve({ status: error === null ? 0 : Number(error.code), stdout, stderr })
    })
  })
}

const result = (): Promise<SyncResult> => openWorkBucket(BUCKET, s3).readJson(RESULT, syncResultSchema)
const outcome = async (): Promise<SyncOutcome> => (await result()).outcome

const imageAt = async (tag: string) => tagOf(tag, await multiArch(await upstream.build('library/app'), tag))

test('exits 0 for a synced order, and writes the result next to the order', async () => {
  const tag = await imageAt('1.0')
  const ended = await runProgram(orderFor(upstream, [tag]))
  expect(ended.status).toBe(0)
  expect(await outcome()).toMatchObject({ status: 'synced', blobs: { copied: 5 } })
  expect(ended.stdout).toBe('')
  expect(await (await aws.store(HOME)).tags.find(REPOSITORY, '1.0')).toBe(tag.digest)
  expect(ended.stderr).toContain('syncing 1 tag and 0 artifacts')
  expect(ended.stderr).toMatch(/synced in \d+\.\d s: .* 5 blobs copied/)
})

test('writes which tags moved, and when the build was where', async () => {
  const tag = await imageAt('1.0')
  const old = `sha256:${'0'.repeat(64)}`
  const order = { ...orderFor(upstream, [tag]), before: { '1.0': old }, ordered: '2026-11-30T01:00:00.000Z' }
  await runProgram(order, { CODEBUILD_START_TIME: String(Date.UTC(2026, 10, 30, 1, 0, 5)) })
  expect((await result()).before).toEqual({ '1.0': old })
  const { moved, times } = await outcome()
  expect(moved).toBe(1)
  expect(times).toMatchObject({ ordered: '2026-11-30T01:00:00.000Z', queued: '2026-11-30T01:00:05.000Z' })
  expect(Date.parse(times?.ended ?? '')).toBeGreaterThanOrEqual(Date.parse(times?.copying ?? ''))
})

test('names the run and the pair in every line of the log', async () => {
  const { stderr } = await runProgram(orderFor(upstream, [await imageAt('1.0')]))
  const lines = stderr
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(lines.length).toBeGreaterThanOrEqual(2)
  for (const line of lines) expect(line).toMatchObject({ run: 'test', id: '00001-app', target: HOME })
  expect(lines[0]).toMatchObject({ level: 'INFO', image: `${upstream.address}/library/app` })
})

test('exits 0 for a permanent failure', async () => {
  const tag = await imageAt('1.0')
  const ended = await runProgram(
    orderFor(upstream, [{ ...tag, tag: '9.9', digest: `sha256:${'0'.repeat(64)}` }]),
  )
  expect(ended.status).toBe(0)
  expect(await outcome()).toMatchObject({ status: 'failed', error: { name: 'SourceNotFound' } })
})

test('exits 0 as deferred for a rate limit', async () => {
  const tag = await imageAt('1.0')
  upstream.breakWith((_request, response) => {
    response.writeHead(429, { 'retry-after': '120' }).end()
    return true
  })
  const ended = await runProgram(orderFor(upstream, [tag]))
  expect(ended.status).toBe(0)
  expect(await outcome()).toMatchObject({ status: 'deferred', retryAfterSeconds: expect.any(Number) })
})

test('exits 0 as deferred at the deadline, and lets the next build start immediately', async () => {
  const order = orderFor(upstream, [await imageAt('1.0')])
  const ended = await runProgram(order, { TIME_LIMIT_SECONDS: '60' })
  expect(ended.status).toBe(0)
  expect(await outcome()).toMatchObject({ status: 'deferred', retryAfterSeconds: 1 })
  await runProgram(order, { TIME_LIMIT_SECONDS: '900' })
  expect((await outcome()).status).toBe('synced')
})

test('exits 1 for a transient failure, after it writes the result', async () => {
  const tag = await imageAt('1.0')
  upstream.breakWith(failing(/./, 503))
  const ended = await runProgram(orderFor(upstream, [tag]))
  expect(ended.status).toBe(1)
  expect(await outcome()).toMatchObject({ status: 'failed', error: { name: 'RegistryUnavailable' } })
  expect((await result()).outcome.status).toBe('failed')
  expect(ended.stderr).toContain('RegistryUnavailable: ')
})

test('stores permanent refusals of the target for the next run', async () => {
  const build = await upstream.build('library/app')
  const root = await multiArch(build, '1.0')
  const sbom = artifactOf(await build.artifact(root, 'application/x-sbom; version=1', {}), root)
  await runProgram(orderFor(upstream, [tagOf('1.0', root)], { artifacts: [sbom] }))
  expect(await outcome()).toMatchObject({ status: 'synced', warnings: 1 })
  const kept = await openWorkBucket(BUCKET, s3).readJson(
    refusalKey(regionTarget(HOME), REPOSITORY, sbom),
    refusalSchema,
  )
  expect(kept.message).toBe((await result()).warnings[0])
  expect(Date.parse(kept.until)).toBeGreaterThan(Date.now())
})

test('names the round of the pair in the result', async () => {
  const order = orderFor(upstream, [await imageAt('1.0')])
  await runProgram(order)
  expect((await result()).round).toBe(0)
  await runProgram(order, { ROUND: '3' })
  expect((await result()).round).toBe(3)
})

test('links the log of the build in the result', async () => {
  const CODEBUILD_BUILD_ARN = 'arn:aws:codebuild:us-east-1:123456789012:build/sync:1234'
  await runProgram(orderFor(upstream, [await imageAt('1.0')]), { CODEBUILD_BUILD_ARN })
  expect((await result()).log).toContain(
    '/codesuite/codebuild/123456789012/projects/sync/build/sync%3A1234/log',
  )
})

test('exits 1 for an order that does not exist, with the reason', async () => {
  const ended = await runProgram(orderFor(upstream, []), { ORDER_KEY: 'runs/none/order.json' })
  expect(ended).toMatchObject({ status: 1, stdout: '' })
  expect(JSON.parse(ended.stderr)).toMatchObject({
    level: 'ERROR',
    message: expect.stringContaining('runs/none/order.json'),
  })
})

test('exits 1 for a missing variable, and names it', async () => {
  const ended = await runProgram(orderFor(upstream, []), { WORK_BUCKET: '' })
  expect(ended).toMatchObject({ status: 1, stdout: '' })
  expect(ended.stderr).toContain('WORK_BUCKET')
})
