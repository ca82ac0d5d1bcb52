/**
 * The two common authentication schemes of registries: Basic with each request, or a short-lived token from an endpoint
 * that takes user and password. ECR's scheme is in ../ecr/authenticator.ts.
 */
import type { IncomingMessage } from 'node:http'
import { OciError } from './oci-error.ts'
import type { Access, Authenticator } from './policy.ts'
import { type Scope, tokenService } from './token-service.ts'

/** User -> password. */
export type Users = Readonly<Record<string, string>>

/** https://www.rfc-editor.org/rfc/rfc7617 */
export function basicAuthenticator(users: Users): Authenticator {
  return {
    check({ headers }) {
      if (userOf(headers.authorization, users) === undefined) throw unauthorized('Basic realm="registry"')
    },
  }
}

export interface BearerOptions {
  /** Users who may push, and pull non-public images. @default - no users */
  readonly users?: Users
  /** The user of an Authorization header. @default - the one of `users` */
  userOf?(authorization: string | undefined): string | undefined
  /** Whether anonymous clients receive a token to pull. @default true */
  readonly anonymousPull?: boolean
  /** The lifetime of a token. @default 300 */
  readonly expiresInSeconds?: number
  readonly service?: string
  /** The URL of the token endpoint. @default - `/token` of the registry itself */
  readonly realm?: string
  /** @default - the machine's clock */
  readonly now?: () => number
}

export interface BearerAuthenticator extends Authenticator {
  /** The user of a request's token. Undefined for anonymous requests. */
  callerOf(request: IncomingMessage): string | undefined
}

/** https://distribution.github.io/distribution/spec/auth/token/ */
export function bearerAuthenticator(options: BearerOptions = {}): BearerAuthenticator {
  const service = options.service ?? 'registry'
  const tokens = tokenService({
    service,
    lifetimeSeconds: options.expiresInSeconds ?? 300,
    now: options.now ?? Date.now,
    userOf: (authorization) => options.userOf?.(authorization) ?? userOf(authorization, options.users ?? {}),
    isGranted: (user, action) => user !== undefined || (action === 'pull' && (options.anonymousPull ?? true)),
  })
  return {
    answer: tokens.answer,
    callerOf: (request) => tokens.userOf(tokenOf(request) ?? ''),
    check(request, access) {
      const wanted = access.filter(({ repository }) => repository !== undefined)
      const token = tokenOf(request)
      const granted = token === undefined ? undefined : tokens.scopesOf(token)
      if (granted && wanted.every((one) => covers(granted, one))) return
      const realm = options.realm ?? `http://${request.headers.host}/token`
      const scope = wanted
        .map(({ repository, actions }) => `repository:${repository}:${actions.join(',')}`)
        .join(' ')
      const parts = [`realm="${realm}"`, `service="${service}"`, ...(scope ? [`scope="${scope}"`] : [])]
      const why = granted ? [...parts, 'error="insufficient_scope"'] : parts
      throw unauthorized(`Bearer ${why.join(',')}`)
    },
  }
}

function tokenOf({ headers }: IncomingMessage): string | undefined {
  return /^bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1]
}

function covers(granted: readonly Scope[], { repository, actions }: Access): boolean {
  return actions.every((action) =>
    granted.some((scope) => scope.repository === repository && scope.actions.includes(action)),
  )
}

/** Returns undefined for anonymous requests and wrong passwords. */
function userOf(
  authorization: IncomingMessage['headers']['authorization'],
  users: Users,
): string | undefined {
  const [, encoded] = /^basic +(\S+)$/i.exec(authorization ?? '') ?? []
  const [, user, password] = /^([^:]+):(.*)$/s.exec(Buffer.from(encoded ?? '', 'base64').toString()) ?? []
  return user !== undefined && Object.hasOwn(users, user) && users[user] === password ? user : undefined
}

function unauthorized(challenge: string): OciError {
  return new OciError(401, 'UNAUTHORIZED', 'authentication required', {
    headers: { 'www-authenticate': challenge },
  })
}
