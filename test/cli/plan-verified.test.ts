// `image-mirror plan` of a list that verifies images.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { planCommand } from '../../cli/plan/command.ts'
import { plan } from '../../cli/plan.ts'
import { startRegistry, type TestRegistry } from '../copy/registries.ts'
import { keyPair } from '../signatures/signed.ts'
import { byKey, imageOf, tagged } from '../signatures/world.ts'
import { type EcrCloud, startEcrCloud } from '../support/ecr-cloud.ts'
import { documentOf } from './documents.ts'
import { parsed } from './parsed.ts'
import { screenOf } from './terminal/screen.ts'

const own = keyPair()
let folder: string
let source: TestRegistry
let aws: EcrCloud
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plan-'))
  source = await startRegistry()
  aws = await startEcrCloud()
  vi.stubEnv('DOCKER_CONFIG', folder)
})
afterEach(async () => {
  await source[Symbol.asyncDispose]()
  await aws[Symbol.asyncDispose]()
  await rm(folder, { recursive: true })
})

/** Plans the tags 1, which is signed, and 2, which is not. */
async function planned(...tags: string[]) {
  const app = await source.build('library/app')
  const [image, other] = [await imageOf(app, 'signed'), await imageOf(app, 'other')]
  await app.tag('1', image)
  await app.tag('2', other)
  await tagged(byKey(own))({ app, image, other })
  await writeFile(join(folder, 'cosign.pub'), own.pem)
  const entry = {
    source: `${source.address}/library/app`,
    tags: { include: tags },
    verify: { key: 'cosign.pub' },
  }
  const file = join(folder, 'list.yaml')
  await writeFile(file, JSON.stringify({ regions: ['us-east-1'], images: [entry] }))
  const stdout = screenOf()
  const terminal = { stdout: stdout.stream, stderr: screenOf().stream }
  const status = await plan(parsed(planCommand, [file, '--json']), terminal, new AbortController().signal)
  return { status, image, ...documentOf('plan', stdout.text()) }
}

test('reads the key beside the list, and fails the tag that it did not sign', async () => {
  const { status, image, images } = await planned('1', '2')
  expect(status).toBe(1)
  expect(images).toMatchObject([
    { tags: [{ tag: '1', digest: image.digest }], failed: [{ tag: '2', name: 'SignatureMissing' }] },
  ])
})

test('an image without a tag that passes is in sync nowhere', async () => {
  const { status, images, counts } = await planned('2')
  expect(status).toBe(1)
  expect(images[0]?.targets).toMatchObject([{ status: 'failed', error: { name: 'SignatureMissing' } }])
  expect(counts).toMatchObject({ inSync: 0, failed: 1, failedTags: 1 })
})
