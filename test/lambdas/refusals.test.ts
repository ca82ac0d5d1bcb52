// An artifact that ECR refuses: the first run starts a build for it, and later runs warn without a build.
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { type DiffOutput, diffOutputSchema, type PairState } from '../../mirror/contract.ts'
import { type Resolved, warningsSchema, workOrderSchema } from '../../mirror/documents.ts'
import { resolvedKey, warningsKey } from '../../mirror/keys.ts'
import { resolveImage } from '../../mirror/resolve/resolve.ts'
import { regionTarget } from '../../mirror/target.ts'
import { readCredentials } from '../../registry/credentials/secret.ts'
import type { Registries } from '../../registry/model/registry.ts'
import { createRegistries } from '../../registry/open.ts'
import { openWorkBucket } from '../../store/work-bucket.ts'
import { rememberRefusals } from '../../sync/remember.ts'
import { syncOrder } from '../../sync/run.ts'
import { layerOf } from '../copy/registries.ts'
import { itemsOf } from '../mirror/lists.ts'
import { type LocalS3, startS3 } from '../store/s3.ts'
import { type EcrCloud, startEcrCloud } from '../support/ecr-cloud.ts'
import { invoke, muteConsole } from './invoke.ts'
import { startUpstream, type Upstream } from './upstream.ts'

const REPOSITORY = 'mirror/app'
const DAY = 86_400_000
/** ECR refuses media types with parameters: https://github.com/aws/containers-roadmap/issues/2783 */
const REFUSED = 'application/vnd.example.sbom; version=1'

let s3: LocalS3
let cloud: EcrCloud
let upstream: Upstream
let registries: Registries
let handler: typeof import('../../lambdas/diff.ts').handler

beforeAll(async () => {
  s3 = await startS3()
  cloud = await startEcrCloud()
  upstream = await startUpstream()
  muteConsole()
  vi.stubEnv('WORK_BUCKET', 'work')
  vi.stubEnv('POWERTOOLS_DEV', 'true')
  registries = createRegistries()
  ;({ handler } = await import('../../lambdas/diff.ts'))
})
afterAll(async () => {
  vi.useRealTimers()
  await registries.close()
  await upstream.close()
  await cloud[Symbol.asyncDispose]()
  await s3.stop()
})

const bucket = () => openWorkBucket('work')

async function resolve(): Promise<Resolved> {
  const source = await registries.open({ registry: upstream.registry, repository: 'team/app' })
  return resolveImage(source, { image: 'app', select: { include: ['1.0'], exclude: [] } })
}

/** Diff of one run, called as by the state machine. */
async function diff(run: string): Promise<{ output: DiffOutput; id: string }> {
  const [image] = itemsOf({
    regions: ['us-east-1'],
    images: [{ source: `${upstream.registry}/team/app:1.0`, repository: REPOSITORY }],
  })
  const target = image?.waves[0]?.targets[0]
  if (image === undefined || target === undefined) throw new Error('an image goes to a region')
  const resolved = await bucket().writeJson(resolvedKey(run, image.id), await resolve())
  const state: PairState = { run: { name: run, dryRun: false }, image, resolved, target, readFrom: [] }
  return { output: diffOutputSchema.parse(await invoke(handler, state)), id: image.id }
}

/** The build of a stale pair. */
async function sync(output: DiffOutput): Promise<readonly string[]> {
  if (!('order' in output)) throw new Error('there is no order')
  const order = await bucket().readJson(output.order.key, workOrderSchema)
  const { result, refused } = await syncOrder(order, { registries, readCredentials })
  await rememberRefusals(bucket(), order, refused, Date.now())
  expect(result.outcome.status).toBe('synced')
  return result.warnings
}

test('warns of a refused artifact without another build, and builds for a new one', async () => {
  const app = await upstream.fill('team/app')
  const image = await app.image({ os: 'linux', architecture: 'arm64' }, [layerOf('app')])
  await app.tag('1.0', image)
  const sbom = await app.artifact(image, REFUSED, { name: 'app' })

  const [warning = ''] = await sync((await diff('run-1')).output)
  expect(warning).toContain(`the artifact ${sbom.digest}`)
  expect(warning).toContain('Invalid JSON syntax')

  const second = await diff('run-2')
  expect(second.output).toMatchObject({ status: 'inSync', warnings: 1 })
  const [told] = await bucket().readJson(
    warningsKey('run-2', second.id, regionTarget('us-east-1')),
    warningsSchema,
  )
  expect(told).toContain(warning)
  expect(told).toContain('next attempt after')

  await app.artifact(image, 'application/vnd.example.signature', {})
  const third = await diff('run-3')
  expect(third.output).toMatchObject({ status: 'stale', order: { count: 2 } })
  expect(await sync(third.output)).toEqual([warning])
  expect((await diff('run-4')).output).toMatchObject({ status: 'inSync', warnings: 1 })
})

test('tries a refused artifact again after a week', async () => {
  vi.useFakeTimers({ now: Date.now() + 7 * DAY, toFake: ['Date'] })
  expect((await diff('run-5')).output).toMatchObject({ status: 'stale' })
})
