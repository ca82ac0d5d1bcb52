/**
 * Authorization tokens: issued by GetAuthorizationToken, accepted as a Basic password by the registry. Tokens are
 * self-contained: they carry the caller, the region and the expiry.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/registry_auth.html
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'

const HOURS_12 = 12 * 60 * 60 * 1000

const claimsSchema = z.object({ accessKeyId: z.string(), region: z.string(), expiresAt: z.number() })
export type Claims = z.infer<typeof claimsSchema>

export interface Issuer {
  issue(accessKeyId: string, region: string): { readonly password: string; readonly expiresAt: number }
  /** Returns undefined if this service did not issue the token. The token may have expired. */
  read(password: string): Claims | undefined
  hasExpired(claims: Claims): boolean
}

export function issuer(now: () => number): Issuer {
  const secret = randomBytes(32)
  const sign = (text: string) => createHmac('sha256', secret).update(text).digest('base64url')
  return {
    issue(accessKeyId, region) {
      const expiresAt = now() + HOURS_12
      const claims: Claims = { accessKeyId, region, expiresAt }
      const text = Buffer.from(JSON.stringify(claims)).toString('base64url')
      return { password: `${text}.${sign(text)}`, expiresAt }
    },
    read(password) {
      const [text = '', signature = ''] = password.split('.')
      const [given, right] = [Buffer.from(signature), Buffer.from(sign(text))]
      if (given.length !== right.length || !timingSafeEqual(given, right)) return undefined
      return claimsSchema.parse(JSON.parse(Buffer.from(text, 'base64url').toString()))
    },
    hasExpired: ({ expiresAt }) => expiresAt <= now(),
  }
}

/** The password after `AWS:` in a Basic Authorization header. */
export function passwordOf(authorization: string | undefined): string | undefined {
  const [, encoded] = /^basic +(\S+)$/i.exec(authorization ?? '') ?? []
  const [, password] = /^AWS:(.+)$/.exec(Buffer.from(encoded ?? '', 'base64').toString()) ?? []
  return password
}
