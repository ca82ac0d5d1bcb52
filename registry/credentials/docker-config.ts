/**
 * Reads the credentials that `docker login`, `podman login` and similar commands stored on this machine. Searches the
 * files in order of precedence.
 * https://docs.docker.com/reference/cli/docker/login/#credential-stores and containers-auth.json(5)
 */
import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { RegistryError } from '../model/errors.ts'
import type { RepositoryRef } from '../model/reference.ts'
import type { Credentials } from '../model/registry.ts'
import type { Environment } from '../model/settings.ts'
import { type AuthFile, entryOf, helperOf, parseAuthFile } from './docker-config-file.ts'
import { askHelper, type Helper } from './docker-config-helper.ts'

export interface DockerConfig {
  /**
   * The repository's credentials; undefined if none are stored.
   * @throws RegistryError `unauthorized` if stored credentials cannot be read
   */
  credentials(ref: RepositoryRef): Promise<Credentials | undefined>
  /** The same, with their origin. */
  locate(ref: RepositoryRef): Promise<LocatedCredentials | undefined>
}

export interface LocatedCredentials {
  readonly credentials: Credentials
  /** The path of the file that has them, or the helper and the file that names it. */
  readonly from: string
}

export interface DockerConfigOptions {
  /** @default - process.env */
  readonly environment?: Environment
  /** @default - the user's */
  readonly home?: string
  /** @default - runs `docker-credential-<name>` from the PATH */
  readonly helper?: Helper
}

interface Place {
  readonly path: string
  /** True if REGISTRY_AUTH_FILE names it, so that it must exist. */
  readonly named: boolean
}

export function openDockerConfig(options: DockerConfigOptions = {}): DockerConfig {
  const { environment = process.env, home = homedir(), helper = askHelper(environment) } = options
  let files: readonly AuthFile[] | undefined

  async function locate(ref: RepositoryRef): Promise<LocatedCredentials | undefined> {
    files ??= readAll(placesOf(environment, home))
    for (const file of files) {
      const found = await find(file, ref, helper)
      if (found !== undefined) return found
    }
    return undefined
  }

  return { locate, credentials: async (ref) => (await locate(ref))?.credentials }
}

/** In Docker's order: the host's helper, the store for all hosts, the file's own entry. */
async function find(
  file: AuthFile,
  ref: RepositoryRef,
  helper: Helper,
): Promise<LocatedCredentials | undefined> {
  const name = helperOf(file, ref)
  const kept = name === undefined ? undefined : await helper(name, ref.registry, file.path)
  if (kept !== undefined)
    return { credentials: kept, from: `docker-credential-${name}, which ${file.path} names` }
  const entry = entryOf(file, ref)
  return entry === undefined ? undefined : { credentials: entry, from: file.path }
}

/** Paths from the environment, then the default ones. */
function placesOf(environment: Environment, home: string): readonly Place[] {
  const { REGISTRY_AUTH_FILE, DOCKER_CONFIG, XDG_RUNTIME_DIR, XDG_CONFIG_HOME } = environment
  const named = [REGISTRY_AUTH_FILE, DOCKER_CONFIG && join(DOCKER_CONFIG, 'config.json')]
  const usual = [
    XDG_RUNTIME_DIR && join(XDG_RUNTIME_DIR, 'containers', 'auth.json'),
    join(XDG_CONFIG_HOME || join(home, '.config'), 'containers', 'auth.json'),
    DOCKER_CONFIG ? undefined : join(home, '.docker', 'config.json'),
  ]
  return [
    ...named.filter(isSet).map((path) => ({ path, named: path === REGISTRY_AUTH_FILE })),
    ...usual.filter(isSet).map((path) => ({ path, named: false })),
  ]
}

function isSet(path: string | undefined): path is string {
  return path !== undefined && path !== ''
}

function readAll(places: readonly Place[]): readonly AuthFile[] {
  return places.map(read).filter((file) => file !== undefined)
}

/** Synchronous, since loading `fs/promises` takes 3 ms, longer than reading the files. */
function read({ path, named }: Place): AuthFile | undefined {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if ((code === 'ENOENT' || code === 'ENOTDIR') && !named) return undefined
    const why = code === 'ENOENT' ? 'the file does not exist' : `the file is not readable (${String(code)})`
    throw new RegistryError(`the credentials in ${path} cannot be read: ${why}`, { kind: 'unauthorized' })
  }
  return parseAuthFile(text, path)
}
