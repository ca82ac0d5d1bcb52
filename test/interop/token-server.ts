// A token server for third-party registries, which verify its signed tokens with its certificate.
// https://distribution.github.io/distribution/spec/auth/jwt/
import { randomUUID, sign, X509Certificate } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import type { RequestListener } from 'node:http'
import { setTimeout } from 'node:timers/promises'
import type { Credentials } from '../../registry/model/registry.ts'
import { certificateFor } from '../support/certificate.ts'
import { basicOf } from '../support/token-auth.ts'

export interface TokenServer {
  /** Handles `/token`. */
  readonly listener: RequestListener
  /** The `auth` section of a registry that trusts it. @param origin - where the server is */
  auth(origin: string): Readonly<Record<string, unknown>>
  readonly issued: readonly IssuedToken[]
}

export interface IssuedToken {
  /** `repository:NAME:pull,push`, as granted. */
  readonly scopes: readonly string[]
  /** Resolves once the registry refuses the token. */
  expired(): Promise<void>
}

export interface TokenServerOptions {
  readonly user: Credentials
  /** Whether tokens grant the user a repository, to read and to write it. */
  readonly granted: (repository: string) => boolean
  /** The first token to push to such a repository expires after two seconds; the response says five minutes. */
  readonly shortLived: (repository: string) => boolean
}

interface Access {
  readonly type: string
  readonly name: string
  readonly actions: readonly string[]
}

const SERVICE = 'registry.test'
const ISSUER = 'token-server.test'
const SECONDS = 300
const SHORT_SECONDS = 2
/** The registry accepts tokens for this long after they expire, in case clocks differ. */
const LEEWAY_SECONDS = 60

/** @param certificate - the path to write its certificate to */
export async function createTokenServer(
  certificate: string,
  { user, granted, shortLived }: TokenServerOptions,
): Promise<TokenServer> {
  const { key, cert } = certificateFor([ISSUER])
  await writeFile(certificate, cert)
  const header = encoded({
    typ: 'JWT',
    alg: 'ES256',
    x5c: [new X509Certificate(cert).raw.toString('base64')],
  })
  const issued: IssuedToken[] = []
  const shortened = new Set<string>()

  function tokenWith(access: readonly Access[]): string {
    const [short] = access.filter(
      ({ name, actions }) => actions.includes('push') && shortLived(name) && !shortened.has(name),
    )
    if (short !== undefined) shortened.add(short.name)
    const now = Math.floor(Date.now() / 1000)
    const until = now + (short ? SHORT_SECONDS : SECONDS)
    const times = { iat: now - LEEWAY_SECONDS, nbf: now - LEEWAY_SECONDS, exp: until - LEEWAY_SECONDS }
    const claims = { iss: ISSUER, sub: user.username, aud: SERVICE, jti: randomUUID(), ...times, access }
    const signed = `${header}.${encoded(claims)}`
    const signature = sign('sha256', Buffer.from(signed), { key, dsaEncoding: 'ieee-p1363' })
    issued.push({
      scopes: access.map(({ type, name, actions }) => `${type}:${name}:${actions.join(',')}`),
      // Registries compare whole seconds.
      expired: () => setTimeout(Math.max(0, (until + 1) * 1000 - Date.now())),
    })
    return `${signed}.${signature.toString('base64url')}`
  }

  const listener: RequestListener = (request, response) => {
    const json = { 'content-type': 'application/json' }
    if (request.headers.authorization !== basicOf(user)) {
      response.writeHead(401, json).end('{"details":"incorrect username or password"}')
      return
    }
    const asked = new URL(request.url ?? '', 'http://token.test').searchParams.getAll('scope')
    const access = asked.flatMap((scopes) => scopes.split(' ')).map(accessOf)
    // The token leaves out repositories that are not granted, and the registry refuses access to them.
    const token = tokenWith(access.filter(({ name }) => granted(name)))
    response.writeHead(200, json).end(JSON.stringify({ token, expires_in: SECONDS }))
  }

  return {
    listener,
    issued,
    auth: (origin) => ({
      token: { realm: `${origin}/token`, service: SERVICE, issuer: ISSUER, rootcertbundle: certificate },
    }),
  }
}

function accessOf(scope: string): Access {
  const [type = '', name = '', actions = ''] = scope.split(':')
  return { type, name, actions: actions.split(',') }
}

function encoded(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
