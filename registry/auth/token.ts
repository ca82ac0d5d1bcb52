/**
 * Fetches a token from a registry's token server.
 * https://distribution.github.io/distribution/spec/auth/token/ and, for refresh tokens, its OAuth2 variant.
 */
import { collect } from '../http/body.ts'
import type { WireResponse } from '../http/transport.ts'
import type { Clock } from '../model/clock.ts'
import { RegistryError } from '../model/errors.ts'
import { isObject, parseJson } from '../model/json.ts'
import type { Credentials } from '../model/registry.ts'

export interface TokenRequest {
  readonly realm: URL
  readonly service?: string | undefined
  readonly scopes: readonly string[]
  readonly credentials?: Credentials | undefined
}

export interface Token {
  readonly value: string
  /** When to renew it, in the clock's milliseconds. */
  readonly renewAt: number
}

export interface WireTokenRequest {
  readonly method: 'GET' | 'POST'
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body?: Uint8Array
}

/** One exchange with the token server. Throws unless the status is 2xx. */
export type Fetch = (request: WireTokenRequest) => Promise<WireResponse>

/** The user name that Docker's credential helpers return with a refresh token. */
export const REFRESH_TOKEN_USER = '<token>'

const MAX_BYTES = 1024 * 1024
const DEFAULT_SECONDS = 60
const MAX_SECONDS = 24 * 3600
const CLIENT_ID = 'image-mirror'

export async function fetchToken(request: TokenRequest, fetch: Fetch, clock: Clock): Promise<Token> {
  const requestedAt = clock.now()
  const refresh = request.credentials?.username === REFRESH_TOKEN_USER
  const response = await fetch(refresh ? byRefreshToken(request) : byQuery(request))
  const { bytes, complete } = await collect(response.body, MAX_BYTES)
  const reply = complete ? parse(bytes) : undefined
  const value = reply?.token || reply?.access_token
  if (typeof value !== 'string') {
    throw new RegistryError(`the token server ${request.realm.origin} returned no token`, {
      kind: 'unavailable',
    })
  }
  return { value, renewAt: requestedAt + usableMs(reply?.expires_in) }
}

export function basic({ username, password }: Credentials): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
}

function byQuery({ realm, service, scopes, credentials }: TokenRequest): WireTokenRequest {
  const url = new URL(realm)
  if (service !== undefined) url.searchParams.set('service', service)
  for (const scope of scopes) url.searchParams.append('scope', scope)
  const headers: Record<string, string> = {}
  if (credentials !== undefined) headers.authorization = basic(credentials)
  return { method: 'GET', url, headers }
}

function byRefreshToken({ realm, service, scopes, credentials }: TokenRequest): WireTokenRequest {
  const form = new URLSearchParams({
    grant_type: 'refresh_token',
    client_id: CLIENT_ID,
    refresh_token: credentials?.password ?? '',
    scope: scopes.join(' '),
    ...(service === undefined ? {} : { service }),
  })
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  return { method: 'POST', url: realm, headers, body: Buffer.from(form.toString()) }
}

/**
 * Milliseconds until renewal: a tenth of the lifetime early, at least 5 s. A missing or invalid lifetime counts as 60 s,
 * the specification's default. `issued_at` is ignored, since clocks differ.
 */
function usableMs(expiresIn: unknown): number {
  const lifetime = typeof expiresIn === 'number' && expiresIn >= DEFAULT_SECONDS ? expiresIn : DEFAULT_SECONDS
  const seconds = Math.min(lifetime, MAX_SECONDS)
  return (seconds - Math.max(5, seconds / 10)) * 1000
}

function parse(bytes: Buffer): Readonly<Record<string, unknown>> | undefined {
  const value = parseJson(bytes.toString('utf8'))
  return isObject(value) ? value : undefined
}
