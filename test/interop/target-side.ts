// The registries of other people that the mirror and `copy` write to, by version and by kind of authentication.
import { accessSync, constants } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import type { RequestListener } from 'node:http'
import { join } from 'node:path'
import { builder } from '../../local/upstream/builder.ts'
import { plainSample } from '../../local/upstream/samples.ts'
import { type Faults, withFaults } from '../support/faults.ts'
import { type FaultyRegistry, startFaultyRegistry } from '../support/faulty-registry.ts'
import { forwardTo } from '../support/forward.ts'
import { listen } from '../support/listen.ts'
import { type RunningRegistry, startDockerRegistry } from './registry.ts'
import { createTokenServer, type TokenServer } from './token-server.ts'
import { requireTools, temporaryFolder, tool } from './tools.ts'

/** Names the program of distribution 3, which Debian does not have. It must exist if it is named. */
export const DISTRIBUTION_3 = 'DISTRIBUTION_3'

const PROGRAM = join(import.meta.dirname, '../../cli/main.ts')
export const USER = { username: 'robot', password: 'correct horse' }
/** That user, its password hashed with bcrypt. */
const HTPASSWD = 'robot:$2b$05$abcdefghijklmnopqrstuuHNbAKRhpaujgo33bRWs.NLUTJO3lOy2\n'
/** Repositories whose first token to push expires within two seconds. */
export const SHORT_LIVED = 'mirror/slow/'

/** Versions of the registry on this machine, with the programs to start. */
export function versions(): readonly (readonly [version: string, program: string])[] {
  const third = process.env[DISTRIBUTION_3]
  if (third !== undefined) accessSync(third, constants.X_OK)
  return [
    ['distribution 2', 'docker-registry'],
    ...(third === undefined ? [] : [['distribution 3', third] as const]),
  ]
}

export interface TargetSide extends AsyncDisposable {
  readonly folder: string
  /** Has `team/app:1`. */
  readonly source: FaultyRegistry
  readonly target: Pick<RunningRegistry, 'address' | 'log'>
  /** Copies `team/app:1` with `image-mirror copy`, as the user of `podman login`. */
  copy(to: string, password?: string): Promise<string>
}

export interface TokenSide extends TargetSide {
  readonly tokens: TokenServer
  /** Of requests to the target. */
  readonly faults: Omit<Faults, 'listener'>
}

/** A registry with users of its own. */
export function startWithUsers(program: string): Promise<TargetSide> {
  return startSide(async (folder) => {
    const path = join(folder, 'htpasswd')
    await writeFile(path, HTPASSWD)
    return startDockerRegistry(join(folder, 'target'), {
      program,
      auth: { htpasswd: { realm: 'registry', path } },
    })
  })
}

/** A registry whose token server lets the user write to `mirror/*`. */
export async function startWithTokens(program: string): Promise<TokenSide> {
  let parts: Pick<TokenSide, 'tokens' | 'faults'> | undefined
  const side = await startSide(async (folder) => {
    const tokens = await createTokenServer(join(folder, 'token-server.pem'), {
      user: USER,
      granted: (name) => name.startsWith('mirror/'),
      shortLived: (name) => name.startsWith(SHORT_LIVED),
    })
    // The registry learns the address of its token server when it starts, and both have one origin.
    let registry: RequestListener | undefined
    const { listener, ...faults } = withFaults((request, response) => registry?.(request, response))
    parts = { tokens, faults }
    const front = await listen((request, response) =>
      (request.url?.startsWith('/token') ? tokens.listener : listener)(request, response),
    )
    const auth = tokens.auth(front.origin)
    const behind = await startDockerRegistry(join(folder, 'target'), { program, auth })
    registry = forwardTo(behind.address)
    return {
      address: front.address,
      log: behind.log,
      async [Symbol.asyncDispose]() {
        await front[Symbol.asyncDispose]()
        await behind[Symbol.asyncDispose]()
      },
    }
  })
  return { ...side, ...(parts as Pick<TokenSide, 'tokens' | 'faults'>) }
}

async function startSide(start: (folder: string) => Promise<RunningRegistry>): Promise<TargetSide> {
  requireTools('docker-registry', 'skopeo', 'podman')
  await using stack = new AsyncDisposableStack()
  const { path: folder } = stack.use(await temporaryFolder())
  const source = stack.use(await startFaultyRegistry())
  await source.store.repositories.create('team/app')
  await plainSample('app', ['1'])(builder(source.store, 'team/app'))
  const target = stack.use(await start(folder))
  const all = stack.move()
  return {
    folder,
    source,
    target,
    async copy(to, password = USER.password) {
      const path = join(folder, 'auth.json')
      const auth = Buffer.from(`${USER.username}:${password}`).toString('base64')
      await writeFile(path, JSON.stringify({ auths: { [target.address]: { auth } } }))
      const references = [`${source.address}/team/app:1`, `${target.address}/${to}`]
      return tool('env', `REGISTRY_AUTH_FILE=${path}`, process.execPath, PROGRAM, 'copy', ...references)
    },
    [Symbol.asyncDispose]: () => all[Symbol.asyncDispose](),
  }
}
