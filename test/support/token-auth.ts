// Bearer authentication for a test registry, with the token server at `/token` of the registry's own origin.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { OciError } from '../../local/aws/registry/oci-error.ts'
import type { Access, Authenticator } from '../../local/aws/registry/policy.ts'
import type { Credentials } from '../../registry/model/registry.ts'

export interface TokenAuth extends Required<Authenticator> {
  /** Revokes all tokens issued so far. */
  revoke(): void
}

export interface TokenAuthOptions {
  /** @default - anonymous clients get a token too */
  readonly user?: Credentials
  /** The token server's reply. @default - `{ token, expires_in: 300 }` */
  readonly reply?: (token: string) => unknown
  /** The WWW-Authenticate header of a refusal; `realm` is the token server's URL. @default - like Docker Hub's */
  readonly challenge?: (realm: string, scope: string) => string | undefined
  /** Maps the requested scopes to those of the token. @default - the same */
  readonly grant?: (scopes: readonly string[]) => readonly string[]
  /** The status for a token with too narrow a scope. @default 401 */
  readonly refusal?: number
}

export function tokenAuth(options: TokenAuthOptions = {}): TokenAuth {
  const {
    reply = (token) => ({ token, expires_in: 300 }),
    challenge = (realm, scope) => `Bearer realm="${realm}",service="registry.test",scope="${scope}"`,
    grant = (scopes) => scopes,
  } = options
  const granted = new Map<string, readonly string[]>()

  let given = 0

  async function giveToken(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const asked = request.method === 'POST' ? await formOf(request) : queryOf(request)
    const { user } = options
    const known = request.headers.authorization ?? asked.get('refresh_token')
    if (user !== undefined && known !== basicOf(user) && known !== user.password) {
      const body = '{"details":"incorrect username or password"}'
      response.writeHead(401, { 'content-type': 'application/json' }).end(body)
      return
    }
    const token = `token-${given++}`
    granted.set(token, grant(asked.getAll('scope').flatMap((scope) => scope.split(' '))))
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(reply(token)))
  }

  return {
    revoke: () => granted.clear(),
    async answer(request, response) {
      if (!request.url?.startsWith('/token')) return false
      await giveToken(request, response)
      return true
    },
    check(request, access) {
      const needed = access.flatMap(scopesOf)
      const scopes = granted.get(request.headers.authorization?.replace(/^Bearer /, '') ?? '')
      if (scopes !== undefined && needed.every((scope) => covers(scopes, scope))) return
      const scheme = 'encrypted' in request.socket ? 'https' : 'http'
      const header = challenge(`${scheme}://${request.headers.host}/token`, needed.join(' '))
      throw new OciError(
        scopes === undefined ? 401 : (options.refusal ?? 401),
        'UNAUTHORIZED',
        'authentication required',
        {
          headers: header === undefined ? {} : { 'www-authenticate': header },
        },
      )
    },
  }
}

function queryOf({ url = '' }: IncomingMessage): URLSearchParams {
  return new URL(url, 'http://test').searchParams
}

async function formOf(request: IncomingMessage): Promise<URLSearchParams> {
  const chunks: Uint8Array[] = []
  for await (const chunk of request) chunks.push(chunk as Uint8Array)
  return new URLSearchParams(Buffer.concat(chunks).toString())
}

export function basicOf({ username, password }: Credentials): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
}

function scopesOf({ repository, actions }: Access): string[] {
  return repository === undefined ? [] : [`repository:${repository}:${actions.join(',')}`]
}

function covers(granted: readonly string[], needed: string): boolean {
  const [, name, actions = ''] = needed.split(':')
  return granted.some((scope) => {
    const [, grantedName, grantedActions = ''] = scope.split(':')
    return (
      grantedName === name && actions.split(',').every((action) => grantedActions.split(',').includes(action))
    )
  })
}
