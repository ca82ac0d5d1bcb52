/** Authenticates clients of ECR's registry with a token of its region. */
import type { IncomingMessage } from 'node:http'
import { OciError } from '../registry/oci-error.ts'
import type { Access, Authenticator } from '../registry/policy.ts'
import { type Issuer, passwordOf } from './tokens.ts'

export interface EcrAccess {
  readonly anonymousPull: boolean
  /** Returns the reason if the registry denies the request to the caller. */
  denies(accessKeyId: string, request: IncomingMessage): string | undefined
}

export function ecrAuthenticator(
  region: string,
  tokens: Issuer,
  { anonymousPull, denies }: EcrAccess,
): Authenticator {
  return {
    check(request, access) {
      if (anonymousPull && request.headers.authorization === undefined && access.every(isPull)) return
      const password = passwordOf(request.headers.authorization)
      const claims = password === undefined ? undefined : tokens.read(password)
      if (!claims) throw notAuthorized(request)
      // ECR's answer to a token of another region.
      if (claims.region !== region) throw new OciError(400, 'UNKNOWN', 'Bad Request', { text: '' })
      const denied = denies(claims.accessKeyId, request)
      if (denied !== undefined) throw new OciError(403, 'DENIED', denied)
      if (tokens.hasExpired(claims)) {
        throw new OciError(
          403,
          'DENIED',
          'Your authorization token has expired. Reauthenticate and try again.',
        )
      }
    },
  }
}

function isPull({ actions }: Access): boolean {
  return actions.every((action) => action === 'pull')
}

function notAuthorized(request: IncomingMessage): OciError {
  const challenge = `Basic realm="http://${request.headers.host}/",service="ecr.amazonaws.com"`
  const text = 'Not Authorized\n'
  return new OciError(401, 'UNAUTHORIZED', text, { text, headers: { 'www-authenticate': challenge } })
}
