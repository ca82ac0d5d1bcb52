// Debian's docker-registry behind a proxy with faults: a third-party source or target that fails on demand.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Builder, builder } from '../../local/upstream/builder.ts'
import type { Descriptor } from '../../registry/model/manifest.ts'
import type { Sides } from '../copy/faults/sides.ts'
import { type Faults, withFaults } from '../support/faults.ts'
import { startFaultyRegistry } from '../support/faulty-registry.ts'
import { forwardTo } from '../support/forward.ts'
import { type Listening, listen } from '../support/listen.ts'
import { type Recorder, record } from '../support/recorder.ts'
import { type TokenAuth, tokenAuth } from '../support/token-auth.ts'
import { tokenGate } from '../support/token-gate.ts'
import { type DockerDisk, dockerDisk } from './docker-disk.ts'
import { startDockerRegistry } from './registry.ts'
import { copyWithSkopeo } from './tools.ts'

export interface DockerSide extends Listening, Pick<Recorder, 'seen' | 'matching'> {
  /** The address of the registry itself, without faults and authentication. */
  readonly direct: string
  readonly faults: Omit<Faults, 'listener'>
  readonly auth: TokenAuth
  readonly disk: DockerDisk
}

/** Both sides of copies with random faults, on Debian's registry. skopeo fills the source. */
export async function startDockerSides(): Promise<Sides> {
  const [source, target] = await Promise.all([startDockerSide(), startDockerSide()])
  return {
    source: {
      ...source,
      requests: () => source.seen.length,
      fill: (repository, make) => fillWithSkopeo(source, repository, make),
    },
    target: { ...target, ...target.disk, requests: () => target.seen.length },
  }
}

async function fillWithSkopeo(
  source: DockerSide,
  repository: string,
  make: (build: Builder) => Promise<Descriptor[]>,
): Promise<Descriptor[]> {
  await using made = await startFaultyRegistry()
  await made.store.repositories.create(repository)
  const roots = await make(builder(made.store, repository))
  for (const { digest } of roots) {
    const tag = digest.slice(-12)
    await copyWithSkopeo(`${made.address}/${repository}@${digest}`, `${source.direct}/${repository}:${tag}`)
  }
  return roots
}

export async function startDockerSide(): Promise<DockerSide> {
  const folder = await mkdtemp(join(tmpdir(), 'docker-registry-'))
  const registry = await startDockerRegistry(folder)
  const auth = tokenAuth()
  const faults = withFaults(tokenGate(auth, forwardTo(registry.address)))
  const { listener, seen, matching } = record(faults.listener)
  const server = await listen(listener)
  return {
    address: server.address,
    origin: server.origin,
    direct: registry.address,
    faults,
    auth,
    disk: dockerDisk(join(folder, 'data')),
    seen,
    matching,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]()
      await registry[Symbol.asyncDispose]()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
