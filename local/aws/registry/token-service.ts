/**
 * A registry's token endpoint: GET with optional Basic credentials, as in Docker, and POST, as in OAuth2. Scopes that
 * are not granted are silently omitted from the token; the registry rejects the request later.
 * https://distribution.github.io/distribution/spec/auth/token/
 */
import { createHmac, randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'

export interface Scope {
  readonly repository: string
  readonly actions: readonly string[]
}

export interface TokenServiceOptions {
  readonly service: string
  readonly lifetimeSeconds: number
  readonly now: () => number
  /** Returns undefined if user or password is wrong. */
  userOf(authorization: string | undefined): string | undefined
  isGranted(user: string | undefined, action: string): boolean
}

export interface TokenService {
  /** Returns false if the request is not for this endpoint. */
  answer(request: IncomingMessage, response: ServerResponse): Promise<boolean>
  /** Returns undefined if the token is invalid or expired. */
  scopesOf(token: string): readonly Scope[] | undefined
  /** Returns undefined for anonymous tokens, and if the token is invalid. */
  userOf(token: string): string | undefined
}

interface Claims {
  readonly user?: string | undefined
  readonly scopes: readonly Scope[]
  readonly expiresAt: number
}

export function tokenService(options: TokenServiceOptions): TokenService {
  const secret = randomBytes(32)
  const sign = (payload: string) => createHmac('sha256', secret).update(payload).digest('base64url')

  const issue = (user: string | undefined, asked: readonly Scope[]) => {
    const scopes = asked.map(({ repository, actions }) => ({
      repository,
      actions: actions.filter((action) => options.isGranted(user, action)),
    }))
    const claims: Claims = { user, scopes, expiresAt: options.now() + options.lifetimeSeconds * 1000 }
    const payload = Buffer.from(JSON.stringify(claims)).toString('base64url')
    return `${payload}.${sign(payload)}`
  }

  const read = (token: string): Claims | undefined => {
    const [payload = '', signature] = token.split('.')
    return signature === sign(payload) ? JSON.parse(Buffer.from(payload, 'base64url').toString()) : undefined
  }

  return {
    scopesOf(token) {
      const { scopes, expiresAt = 0 } = read(token) ?? {}
      return options.now() < expiresAt ? scopes : undefined
    },
    userOf: (token) => read(token)?.user,
    async answer(request, response) {
      const url = new URL(request.url ?? '', 'http://registry')
      if (url.pathname !== '/token') return false
      const { authorization, scope } = await readRequest(request, url)
      const user = options.userOf(authorization)
      if (authorization !== undefined && user === undefined) {
        sendJson(response, 401, {
          errors: [{ code: 'UNAUTHORIZED', message: 'incorrect username or password' }],
        })
        return true
      }
      const token = issue(user, scope.flatMap(parseScopes))
      const issued = { issued_at: new Date(options.now()).toISOString(), expires_in: options.lifetimeSeconds }
      sendJson(response, 200, { token, access_token: token, ...issued })
      return true
    },
  }
}

/** Converts a password grant in a POST body to Basic credentials. */
async function readRequest(request: IncomingMessage, { searchParams }: URL) {
  const { authorization } = request.headers
  if (request.method !== 'POST') return { authorization, scope: searchParams.getAll('scope') }
  const form = new URLSearchParams(await text(request))
  const login = `${form.get('username') ?? ''}:${form.get('password') ?? ''}`
  const basic = `Basic ${Buffer.from(login).toString('base64')}`
  return { authorization: basic, scope: form.getAll('scope') }
}

/** Parses scopes such as `repository:team/app:pull,push`, separated by spaces. */
function parseScopes(text: string): Scope[] {
  return text.split(' ').flatMap((one) => {
    const [, repository, actions] = /^repository:(.+):([a-z,*]+)$/.exec(one) ?? []
    return repository && actions ? [{ repository, actions: actions.split(',') }] : []
  })
}

function sendJson(response: ServerResponse, status: number, value: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value))
}
