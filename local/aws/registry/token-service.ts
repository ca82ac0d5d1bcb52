/**
 * A registry's token endpoint: GET with Basic credentials or none, as Docker has it, and POST as OAuth2 has it.
 * What is not granted is left out of the token, and nobody is told: the registry refuses later.
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
  /** Undefined: not a user, or not their password. */
  userOf(authorization: string | undefined): string | undefined
  isGranted(user: string | undefined, action: string): boolean
}

export interface TokenService {
  /** False: the request is not for this endpoint. */
  answer(request: IncomingMessage, response: ServerResponse): Promise<boolean>
  /** Undefined: not a token, or not any more. */
  scopesOf(token: string): readonly Scope[] | undefined
}

interface Claims {
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
    const claims: Claims = { scopes, expiresAt: options.now() + options.lifetimeSeconds * 1000 }
    const payload = Buffer.from(JSON.stringify(claims)).toString('base64url')
    return `${payload}.${sign(payload)}`
  }

  return {
    scopesOf(token) {
      const [payload = '', signature] = token.split('.')
      if (signature !== sign(payload)) return undefined
      const { scopes, expiresAt }: Claims = JSON.parse(Buffer.from(payload, 'base64url').toString())
      return options.now() < expiresAt ? scopes : undefined
    },
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

/** A password grant is told in the body of a POST, and is the same as Basic from there on. */
async function readRequest(request: IncomingMessage, { searchParams }: URL) {
  const { authorization } = request.headers
  if (request.method !== 'POST') return { authorization, scope: searchParams.getAll('scope') }
  const form = new URLSearchParams(await text(request))
  const login = `${form.get('username') ?? ''}:${form.get('password') ?? ''}`
  const basic = `Basic ${Buffer.from(login).toString('base64')}`
  return { authorization: basic, scope: form.getAll('scope') }
}

/** `repository:team/app:pull,push`, several of them with spaces between. */
function parseScopes(text: string): Scope[] {
  return text.split(' ').flatMap((one) => {
    const [, repository, actions] = /^repository:(.+):([a-z,*]+)$/.exec(one) ?? []
    return repository && actions ? [{ repository, actions: actions.split(',') }] : []
  })
}

function sendJson(response: ServerResponse, status: number, value: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value))
}
