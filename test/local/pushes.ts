// A local run that keeps its registries up, and pushes to them as to Amazon ECR.
import { setTimeout } from 'node:timers/promises'
import { vi } from 'vitest'
import { ACCOUNT } from '../../local/cloud.ts'
import { runShell } from '../../local/codebuild/shell.ts'
import type { LocalRun } from '../../local/run.ts'
import { builder } from '../../local/upstream/builder.ts'
import { plainSample } from '../../local/upstream/samples.ts'
import { digestOf } from '../../registry/model/digest.ts'
import { type Descriptor, MediaType } from '../../registry/model/manifest.ts'
import type { Digest } from '../../registry/model/reference.ts'
import { createRegistries } from '../../registry/open.ts'
import { program } from '../cli/program.ts'
import { randomBlob } from '../support/content.ts'
import { startFaultyRegistry } from '../support/faulty-registry.ts'
import { listOf, startRun, stateFolder } from './runs.ts'

export interface Pushed extends AsyncDisposable {
  readonly run: LocalRun
  /** Pushes one of the prepared versions to a region's repository, with `image-mirror copy`. */
  push(version: string, region: string, repository: string, tag: string): Promise<void>
  /** Pushes an artifact about an image by its digest, as cosign does. */
  sign(region: string, repository: string, subject: string): Promise<void>
  /** The artifacts about a digest. */
  referrers(region: string, repository: string, subject: string): Promise<readonly Descriptor[]>
  /** The digest of a tag, by region. */
  held(repository: string, tag: string): Promise<Record<string, string | undefined>>
}

const VERSIONS = ['1', '2', '3']

export async function startPushed(settings: Record<string, unknown>): Promise<Pushed> {
  await using stack = new AsyncDisposableStack()
  const source = stack.use(await startFaultyRegistry())
  await source.store.repositories.create('app')
  await plainSample('app', VERSIONS)(builder(source.store, 'app'))
  const image = `${source.address}/app:1`
  const list = { prefix: 'mirror', images: [image], ...settings }
  const { regions } = listOf(list)
  const run = await startRun(stack, list, {
    stateDir: await stateFolder(stack),
    builds: { run: runSlowly },
    keepCalls: true,
  })
  vi.stubEnv('AWS_ENDPOINT_URL_ECR', run.ecrEndpoint)
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'somebody')
  vi.stubEnv('AWS_SESSION_TOKEN', run.key)
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'anything')
  const registries = createRegistries()
  stack.defer(() => registries.close())
  stack.defer(() => void vi.unstubAllEnvs())
  const all = stack.move()
  return {
    run,
    async push(version, region, repository, tag) {
      const target = `${ACCOUNT}.dkr.ecr.${region}.amazonaws.com/${repository}:${tag}`
      const { status, stderr } = await program('copy', '--create', `${source.address}/app:${version}`, target)
      if (status !== 0) throw new Error(stderr)
    },
    async sign(region, repository, subject) {
      const there = await registries.ecr(region, repository)
      const image = await there.resolveManifest(subject)
      const { bytes, descriptor } = randomBlob(100)
      const open = async () =>
        (async function* () {
          yield bytes
        })()
      await there.putBlob(descriptor, { size: bytes.length, open })
      const document = {
        schemaVersion: 2,
        mediaType: MediaType.ociManifest,
        artifactType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
        config: { ...descriptor, mediaType: 'application/vnd.oci.empty.v1+json' },
        layers: [{ ...descriptor, mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json' }],
        subject: image,
      }
      const manifest = Buffer.from(JSON.stringify(document))
      await there.putManifest({
        mediaType: MediaType.ociManifest,
        digest: digestOf(manifest),
        bytes: manifest,
      })
    },
    async referrers(region, repository, subject) {
      return (await registries.ecr(region, repository)).referrers(subject as Digest)
    },
    async held(repository, tag) {
      const digests = regions.map(async (region) => {
        const head = await (await registries.ecr(region, repository)).headManifest(tag)
        return [region, head?.digest] as const
      })
      return Object.fromEntries(await Promise.all(digests))
    },
    [Symbol.asyncDispose]: () => all[Symbol.asyncDispose](),
  }
}

/**
 * Delays builds, as on AWS. Events have a resolution of one second, and a copy must not arrive in the second of its
 * push.
 */
const runSlowly: typeof runShell = async (script) => {
  await setTimeout(1_001)
  return runShell(script)
}
