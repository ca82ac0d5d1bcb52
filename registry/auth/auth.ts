/**
 * What to say in Authorization to one registry for one identity: learns from challenges, keeps tokens by scope, gets
 * each of them once however many requests need it, and never tries credentials again that were refused.
 */

import type { Clock } from '../model/clock.ts'
import { RegistryError } from '../model/errors.ts'
import { type Challenge, parseChallenges } from './challenge.ts'
import type { Identity } from './identity.ts'
import { basic, REFRESH_TOKEN_USER, type Token, type TokenRequest } from './token.ts'

export interface Authorizer {
  /** The header's value; undefined when there is nothing to say (yet). */
  header(scopes: readonly string[]): Promise<string | undefined>
  /** Learns from a 401 or 403. True: ask for the header again, it will be another one. */
  learn(refusal: Refusal): Promise<boolean>
}

export interface Refusal {
  readonly status: number
  /** The WWW-Authenticate header. */
  readonly challenge: string | undefined
  readonly scopes: readonly string[]
  /** What was sent. */
  readonly header: string | undefined
}

export interface AuthorizerParts {
  readonly registry: URL
  readonly identity: Identity
  readonly clock: Clock
  fetchToken(request: TokenRequest): Promise<Token>
  /** The challenge of `/v2/`, for registries that refuse without one. */
  ping(): Promise<string | undefined>
}

type Scheme = { readonly kind: 'basic' } | { readonly kind: 'bearer'; realm: URL; service?: string }

export function createAuthorizer(parts: AuthorizerParts): Authorizer {
  const { identity, clock } = parts
  const tokens = new Map<string, Promise<Token>>()
  /** Scopes that the registry asked for beyond ours, by ours. */
  const widened = new Map<string, string>()
  let scheme: Scheme | undefined = identity.basicAtOnce ? { kind: 'basic' } : undefined
  let refused: RegistryError | undefined
  /** A token has been had for them: then a later refusal is about its scope. */
  let proven = false

  async function token(
    scopes: readonly string[],
    { realm, service }: Scheme & { kind: 'bearer' },
  ): Promise<Token> {
    const key = scopes.join(' ')
    const kept = tokens.get(key)
    if (kept !== undefined && (await kept).renewAt > clock.now()) return kept
    const current = tokens.get(key)
    // Somebody else has asked for a new one while we looked at the old one.
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
      return fetched
    } catch (error) {
      const wrong = error instanceof RegistryError && error.status === 401 && credentials !== undefined
      throw wrong && !proven ? giveUp(error) : error
    }
  }

  /** https://github.com/docker/hub-feedback/issues/2201: a few bad logins lock the user out. */
  function giveUp(cause?: RegistryError): RegistryError {
    refused = new RegistryError(
      `the credentials for ${parts.registry.host} were refused; check user name and password or token`,
      { kind: 'unauthorized', status: cause?.status, cause },
    )
    return refused
  }

  async function header(scopes: readonly string[]): Promise<string | undefined> {
    if (refused !== undefined) throw refused
    if (scheme?.kind === 'bearer') return `Bearer ${(await token(scopes, scheme)).value}`
    const credentials = scheme === undefined ? undefined : await identity.credentials()
    return credentials === undefined ? undefined : basic(credentials)
  }

  async function learnBasic({ status, header: sent }: Refusal): Promise<boolean> {
    const credentials = await identity.credentials()
    if (credentials === undefined || credentials.username === REFRESH_TOKEN_USER) return false
    scheme = { kind: 'basic' }
    // Another one was sent: none, a Bearer's, or one that has been renewed since.
    if (sent !== basic(credentials)) return status === 401
    if (identity.renew !== undefined) return identity.renew(credentials)
    if (status !== 401) return false
    throw giveUp()
  }

  async function learnBearer(
    challenge: Challenge,
    { status, scopes, header: sent }: Refusal,
  ): Promise<boolean> {
    const realm = realmOf(challenge, parts.registry)
    const service = challenge.params.get('service')
    const before = scheme
    scheme = { kind: 'bearer', realm, ...(service === undefined ? {} : { service }) }
    const key = scopes.join(' ')
    const asked = challenge.params.get('scope') ?? ''
    const more = sent !== undefined && asked !== '' && !covers(scopes, asked) && widened.get(key) !== asked
    if (more) widened.set(key, asked)
    const current = await tokens.get(key)?.catch(() => undefined)
    const same = before?.kind === 'bearer' && current !== undefined && sent === `Bearer ${current.value}`
    if (same && (more || status === 401)) tokens.delete(key)
    return status === 401 || more
  }

  return {
    header,
    async learn(refusal) {
      if (refused !== undefined) throw refused
      const told =
        refusal.challenge ?? (scheme === undefined && refusal.status === 401 ? await parts.ping() : undefined)
      const challenges = parseChallenges(told ?? '')
      const bearer = challenges.find((one) => one.scheme === 'bearer' && one.params.has('realm'))
      if (bearer !== undefined) return learnBearer(bearer, refusal)
      // ECR answers 403 to a token that has expired, and says so in a body that a HEAD does not have.
      if (scheme?.kind === 'basic') return learnBasic(refusal)
      if (refusal.status === 401 && challenges.some((one) => one.scheme === 'basic'))
        return learnBasic(refusal)
      return false
    },
  }
}

function realmOf(challenge: Challenge, registry: URL): URL {
  const realm = challenge.params.get('realm') ?? ''
  if (!URL.canParse(realm, registry.href)) {
    throw new RegistryError(`${registry.host} names a token server that is not a URL: "${realm}"`, {
      kind: 'unsafe',
    })
  }
  return new URL(realm, registry)
}

/** Whether each scope that is asked for is among ours. */
function covers(scopes: readonly string[], asked: string): boolean {
  return asked.split(' ').every((scope) => scope === '' || scopes.includes(scope))
}
