/**
 * Parses a Docker auth file and finds the entries for a repository. Hosts and ports must match exactly, after Docker
 * Hub's aliases are resolved: an attacker could register a name with the same prefix or suffix.
 */

import { REFRESH_TOKEN_USER } from '../auth/token.ts'
import { RegistryError } from '../model/errors.ts'
import { field } from '../model/media-type.ts'
import { foldHost, type RepositoryRef } from '../model/reference.ts'
import type { Credentials } from '../model/registry.ts'

export interface AuthFile {
  readonly path: string
  /** Credentials by host, or host and path. */
  readonly auths: ReadonlyMap<string, unknown>
  /** Names of helpers by host, or host and path. */
  readonly helpers: ReadonlyMap<string, unknown>
  /** The helper for every other host. */
  readonly store: string | undefined
}

/** @throws RegistryError `unauthorized` if the file is not a Docker auth file */
export function parseAuthFile(text: string, path: string): AuthFile {
  const document = parse(text, path)
  const store = field(document, 'credsStore')
  return {
    path,
    auths: byKey(field(document, 'auths')),
    helpers: byKey(field(document, 'credHelpers')),
    store: typeof store === 'string' && store !== '' ? store : undefined,
  }
}

/** The name of the helper that has a repository's credentials. */
export function helperOf({ helpers, store, path }: AuthFile, ref: RepositoryRef): string | undefined {
  const named = mostSpecific(helpers, ref)
  if (named === undefined || named === '') return store
  if (typeof named === 'string') return named
  throw unusable(path, ref, 'its entry in credHelpers is not a string')
}

/** The credentials in the file itself. An empty entry means that a store has them. */
export function entryOf({ auths, path }: AuthFile, ref: RepositoryRef): Credentials | undefined {
  const entry = mostSpecific(auths, ref)
  const [auth, identityToken, username, password, registryToken] = [
    'auth',
    'identitytoken',
    'username',
    'password',
    'registrytoken',
  ].map((name) => text(field(entry, name)))
  if (identityToken !== undefined) return { username: REFRESH_TOKEN_USER, password: identityToken }
  if (auth !== undefined) return decode(auth, path, ref)
  if (username !== undefined && password !== undefined) return { username, password }
  if (registryToken !== undefined) throw unusable(path, ref, 'a bare "registrytoken" cannot be renewed')
  return undefined
}

/** `quay.io/team/app` takes precedence over `quay.io/team`, and that over `quay.io`, as in podman. */
function mostSpecific(
  entries: ReadonlyMap<string, unknown>,
  { registry, repository }: RepositoryRef,
): unknown {
  const parts = [registry, ...repository.split('/')]
  for (let length = parts.length; length > 0; length--) {
    const found = entries.get(parts.slice(0, length).join('/'))
    if (found !== undefined) return found
  }
  return undefined
}

function byKey(entries: unknown): ReadonlyMap<string, unknown> {
  if (typeof entries !== 'object' || entries === null) return new Map()
  const known = new Map<string, unknown>()
  for (const [key, value] of Object.entries(entries)) {
    const folded = foldKey(key)
    // A current entry takes precedence over an old URL of the same host.
    if (!known.has(folded) || folded === key) known.set(folded, value)
  }
  return known
}

/** Old versions of Docker wrote URLs: `https://index.docker.io/v1/` is docker.io. */
function foldKey(key: string): string {
  const [scheme] = /^https?:\/\//i.exec(key) ?? []
  const bare = scheme === undefined ? key : key.slice(scheme.length)
  const [host = '', ...path] = bare.split('/')
  const isUrl = scheme !== undefined || /^v[12]$/.test(path[0] ?? '')
  return [foldHost(host), ...(isUrl ? [] : path)].filter((part) => part !== '').join('/')
}

function decode(auth: string, path: string, ref: RepositoryRef): Credentials {
  const plain = Buffer.from(auth, 'base64').toString('utf8')
  const colon = plain.indexOf(':')
  if (colon < 1) throw unusable(path, ref, 'its "auth" is not the base64 of user:password')
  // Docker pads the text with NUL.
  return { username: plain.slice(0, colon), password: plain.slice(colon + 1).split('\0', 1)[0] ?? '' }
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

function parse(text: string, path: string): unknown {
  // podman leaves the file empty after the last logout.
  if (text.trim() === '') return {}
  try {
    const document: unknown = JSON.parse(text)
    if (typeof document === 'object' && document !== null) return document
  } catch {
    // The error below omits the parser's message, which quotes the file.
  }
  throw new RegistryError(`${path} is not JSON; log in again, or repair the file`, { kind: 'unauthorized' })
}

function unusable(path: string, { registry }: RepositoryRef, why: string): RegistryError {
  return new RegistryError(
    `the credentials for ${registry} in ${path} cannot be used: ${why}; log in again`,
    {
      kind: 'unauthorized',
    },
  )
}
