// Third-party registries as targets of the mirror and of `copy`, by version and by kind of authentication.
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

/** The environment variable with the path of distribution 3, which Debian does not package. */
export const DISTRIBUTION_3 = 'DISTRIBUTION_3'

const PROGRAM = join(import.meta.dirname, '../../cli/main.ts')
/** The only user of the registries. */
export const USER = { username: 'robot', password: 'correct horse' }
/** The user, with a bcrypt hash of the password. */
const HTPASSWD = 'robot:$2b$05$abcdefghijklmnopqrstuuHNbAKRhpaujgo33bRWs.NLUTJO3lOy2\n'
/** Repositories whose first token to push expires within two seconds. */
export const SHORT_LIVED = 'mirror/slow/'

/** The versions of the registry on this machine, with their programs. */
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
  /** Serves `team/app:1`. */
  readonly source: FaultyRegistry
  readonly target: Pick<RunningRegistry, 'address' | 'log'>
  /** Copies `team/app:1` with `image-mirror copy`, as the user of `podman login`. */
  copy(to: string, password?: string): Promise<string>
}

export interface TokenSide extends TargetSide {
  readonly tokens: TokenServer
  /** Faults of requests to the target. */
  readonly faults: Omit<Faults, 'listener'>
}

/** Starts a registry that authenticates its users itself. */
export function startWithUsers(program: string): Promise<TargetSide> {
  return startSide(async (folder, stack) => {
    const path = join(folder, 'htpasswd')
    await writeFile(path, HTPASSWD)
    const auth = { htpasswd: { realm: 'registry', path } }
    return { target: stack.use(await startDockerRegistry(join(folder, 'target'), { program, auth })) }
  })
}

/** Starts a registry with a token server, which grants the user `mirror/*`. */
export function startWithTokens(program: string): Promise<TokenSide> {
  return startSide(async (folder, stack) => {
    const tokens = await createTokenServer(join(folder, 'token-server.pem'), {
      user: USER,
      granted: (name) => name.startsWith('mirror/'),
      shortLived: (name) => name.startsWith(SHORT_LIVED),
    })
    // Both have one origin, which the registry must know when it starts.
    let registry: RequestListener | undefined
    const { listener, ...faults } = withFaults((request, response) => registry?.(request, response))
    const front = stack.use(
      await listen((request, response) =>
        (request.url?.startsWith('/token') ? tokens.listener : listener)(request, response),
      ),
    )
    const auth = tokens.auth(front.origin)
    const behind = stack.use(await startDockerRegistry(join(folder, 'target'), { program, auth }))
    registry = forwardTo(behind.address)
    return { target: { address: front.address, log: behind.log }, tokens, faults }
  })
}

/** @param start - starts what differs, and leaves it to the stack to end it */
async function startSide<Parts extends Pick<TargetSide, 'target'>>(
  start: (folder: string, stack: AsyncDisposableStack) => Promise<Parts>,
): Promise<TargetSide & Parts> {
  requireTools('docker-registry', 'skopeo', 'podman')
  await using stack = new AsyncDisposableStack()
  const { path: folder } = stack.use(await temporaryFolder())
  const source = stack.use(await startFaultyRegistry())
  await source.store.repositories.create('team/app')
  await plainSample('app', ['1'])(builder(source.store, 'team/app'))
  const parts = await start(folder, stack)
  const { target } = parts
  const all = stack.move()
  return {
    ...parts,
    folder,
    source,
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
