/**
 * Provides the Authorization header for one registry and one identity. Learns from challenges, caches tokens by scope,
 * fetches each token in a single flight, and never retries refused credentials.
 */

import type { Clock } from '../model/clock.ts'
import { RegistryError } from '../model/errors.ts'
import { quote } from '../model/label.ts'
import type { Credentials } from '../model/registry.ts'
import { type Challenge, parseChallenges } from './challenge.ts'
import { anonymous, type Identity } from './identity.ts'
import { basic, REFRESH_TOKEN_USER, type Token, type TokenRequest } from './token.ts'

export interface Authorizer {
  /** The header's value; undefined for anonymous requests, and until the registry asks for one. */
  header(scopes: readonly string[]): Promise<string | undefined>
  /** Learns from a 401 or 403. Returns true if the next header differs, so that a retry makes sense. */
  learn(refusal: Refusal): Promise<boolean>
}

export interface Refusal {
  readonly status: number
  /** The WWW-Authenticate header. */
  readonly challenge: string | undefined
  readonly scopes: readonly string[]
  /** The Authorization header that was sent. */
  readonly header: string | undefined
}

export interface AuthorizerParts {
  readonly registry: URL
  readonly identity: Identity
  readonly clock: Clock
  fetchToken(request: TokenRequest): Promise<Token>
  /** The challenge of `/v2/`: for credentials before the first request, and for refusals without a challenge. */
  ping(): Promise<string | undefined>
}

/** A bound on the URL of a token server, similar to that of browsers. */
const MAX_REALM_CHARACTERS = 8 * 1024

type Scheme = { readonly kind: 'basic' } | { readonly kind: 'bearer'; realm: URL; service?: string }

export function createAuthorizer(parts: AuthorizerParts): Authorizer {
  const { identity, clock } = parts
  const tokens = new Map<string, Promise<Token>>()
  /** Additional scopes that the registry asked for, by the scopes of the request. */
  const widened = new Map<string, string>()
  let scheme: Scheme | undefined = identity.basicAtOnce ? { kind: 'basic' } : undefined
  /** What `/v2/` named, or where a token came from. */
  let trusted: Scheme | undefined
  let pinged: Promise<void> | undefined
  let refused: RegistryError | undefined
  /** The credentials have yielded a token, so a later refusal is about its scope. */
  let proven = false

  async function token(
    scopes: readonly string[],
    { realm, service }: Scheme & { kind: 'bearer' },
  ): Promise<Token> {
    const key = scopes.join(' ')
    const kept = tokens.get(key)
    if (kept !== undefined && (await kept).renewAt > clock.now()) return kept
    const current = tokens.get(key)
    // Another request has started to fetch a new one meanwhile.
    if (current !== undefined && current !== kept) return current
    const fetched = getToken([...scopes, ...(widened.get(key)?.split(' ') ?? [])], realm, service)
    tokens.set(key, fetched)
    fetched.catch(() => {
      if (tokens.get(key) === fetched) tokens.delete(key)
    })
    return fetched
  }

  async function getToken(scopes: readonly string[], realm: URL, service?: string): Promise<Token> {
    const credentials = await identity.credentials()
    try {
      const fetched = await parts.fetchToken({ realm, service, scopes: [...new Set(scopes)], credentials })
      proven = true
      trusted = { kind: 'bearer', realm, ...(service === undefined ? {} : { service }) }
      return fetched
    } catch (error) {
      const wrong = error instanceof RegistryError && error.status === 401 && credentials !== undefined
      throw wrong && !proven ? giveUp(error) : error
    }
  }

  /** A few failed logins lock the user out: https://github.com/docker/hub-feedback/issues/2201 */
  function giveUp(cause?: RegistryError): RegistryError {
    refused = new RegistryError(
      `the credentials for ${parts.registry.host} were refused; check user name and password or token`,
      { kind: 'unauthorized', status: cause?.status, cause },
    )
    return refused
  }

  /**
   * Asks `/v2/` before the first request with credentials. Without them some registries return 404, or 200 with fewer
   * tags, instead of a challenge: https://github.com/containerd/containerd/issues/3291
   */
  function findScheme(): Promise<void> {
    if (pinged !== undefined) return pinged
    const finding = parts.ping().then(async (told) => {
      const challenges = parseChallenges(told ?? '')
      const bearer = bearerOf(challenges)
      if (bearer !== undefined) scheme ??= bearerScheme(bearer)
      else if (offersBasic(challenges) && isPassword(await identity.credentials()))
        scheme ??= { kind: 'basic' }
      trusted = scheme
    })
    pinged = finding
    finding.catch(() => {
      pinged = undefined
    })
    return finding
  }

  function bearerScheme(challenge: Challenge): Scheme & { kind: 'bearer' } {
    const service = challenge.params.get('service')
    const realm = realmOf(challenge, parts.registry)
    return { kind: 'bearer', realm, ...(service === undefined ? {} : { service }) }
  }

  /** Fails if the token server must not see the credentials. Other requests then go on with the trusted one. */
  async function tokenFrom(scopes: readonly string[], from: Scheme & { kind: 'bearer' }): Promise<Token> {
    try {
      return await token(scopes, from)
    } catch (error) {
      const isUnsafe = error instanceof RegistryError && error.kind === 'unsafe'
      if (isUnsafe && scheme === from) scheme = trusted
      throw error
    }
  }

  async function header(scopes: readonly string[]): Promise<string | undefined> {
    if (scheme === undefined && identity !== anonymous) await findScheme()
    if (refused !== undefined) throw refused
    if (scheme?.kind === 'bearer') return `Bearer ${(await tokenFrom(scopes, scheme)).value}`
    const credentials = scheme === undefined ? undefined : await identity.credentials()
    return credentials === undefined ? undefined : basic(credentials)
  }

  async function learnBasic({ status, header: sent }: Refusal): Promise<boolean> {
    const credentials = await identity.credentials()
    if (!isPassword(credentials)) return false
    scheme = { kind: 'basic' }
    // The refused header was another one: none, a Bearer token, or credentials that have been renewed since.
    if (sent !== basic(credentials)) return status === 401
    if (identity.renew !== undefined) return identity.renew(credentials)
    if (status !== 401) return false
    throw giveUp()
  }

  async function learnBearer(
    challenge: Challenge,
    { status, scopes, header: sent }: Refusal,
  ): Promise<boolean> {
    const before = scheme
    scheme = bearerScheme(challenge)
    const key = scopes.join(' ')
    const asked = challenge.params.get('scope') ?? ''
    const more = sent !== undefined && asked !== '' && !covers(scopes, asked) && widened.get(key) !== asked
    if (more) widened.set(key, asked)
    if (before?.kind === 'bearer' && (more || status === 401)) await forgetToken(key, sent)
    return status === 401 || more
  }

  /** Forgets the token that was sent, unless another request has replaced it. */
  async function forgetToken(key: string, sent: string | undefined): Promise<void> {
    const current = await tokens.get(key)?.catch(() => undefined)
    if (current !== undefined && sent === `Bearer ${current.value}`) tokens.delete(key)
  }

  return {
    header,
    async learn(refusal) {
      if (refused !== undefined) throw refused
      const { status, header: sent } = refusal
      const isSilent = refusal.challenge === undefined && status === 401
      const told = isSilent && scheme === undefined && pinged === undefined ? await parts.ping() : undefined
      const challenges = parseChallenges(refusal.challenge ?? told ?? '')
      const bearer = bearerOf(challenges)
      if (bearer !== undefined) return learnBearer(bearer, refusal)
      // ECR returns 403 for an expired token. Only the body gives the reason, and a HEAD has no body.
      if (scheme?.kind === 'basic') return learnBasic(refusal)
      if (status === 401 && offersBasic(challenges)) return learnBasic(refusal)
      if (status !== 401 || scheme?.kind !== 'bearer') return false
      // The token has expired, and only `/v2/` names the token server.
      await forgetToken(refusal.scopes.join(' '), sent)
      return true
    },
  }
}

function bearerOf(challenges: readonly Challenge[]): Challenge | undefined {
  return challenges.find(({ scheme, params }) => scheme === 'bearer' && params.has('realm'))
}

function offersBasic(challenges: readonly Challenge[]): boolean {
  return challenges.some(({ scheme }) => scheme === 'basic')
}

/** Whether the credentials may be sent to the registry: refresh tokens are for token servers only. */
function isPassword(credentials: Credentials | undefined): credentials is Credentials {
  return credentials !== undefined && credentials.username !== REFRESH_TOKEN_USER
}

function realmOf(challenge: Challenge, registry: URL): URL {
  const realm = (challenge.params.get('realm') ?? '').slice(0, MAX_REALM_CHARACTERS)
  if (!URL.canParse(realm, registry.href)) {
    throw new RegistryError(`the token server that ${registry.host} names is not a URL: "${quote(realm)}"`, {
      kind: 'unsafe',
    })
  }
  return new URL(realm, registry)
}

/** Whether `scopes` includes each scope of the challenge. */
function covers(scopes: readonly string[], asked: string): boolean {
  return asked.split(' ').every((scope) => scope === '' || scopes.includes(scope))
}
