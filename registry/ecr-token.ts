/** ECR's GetAuthorizationToken: a user and password for the registry protocol, and where that is spoken. */
import type { ECRClient } from '@aws-sdk/client-ecr'
import type { Clock } from './clock.ts'
import { ecrError } from './ecr-errors.ts'
import { RegistryError } from './errors.ts'
import type { Credentials } from './registry.ts'

export interface EcrToken {
  readonly credentials: Credentials
  /** `https://<account>.dkr.ecr.<region>.amazonaws.com` */
  readonly proxyEndpoint: string
  readonly expiresAt: number
  readonly fetchedAt: number
}

const LIFE_MS = 12 * 3600 * 1000

export async function fetchEcrToken(ecr: ECRClient, region: string, clock: Clock): Promise<EcrToken> {
  const { GetAuthorizationTokenCommand } = await import('@aws-sdk/client-ecr')
  try {
    const { authorizationData } = await ecr.send(new GetAuthorizationTokenCommand({}))
    const { authorizationToken, proxyEndpoint, expiresAt } = authorizationData?.[0] ?? {}
    const text = Buffer.from(authorizationToken ?? '', 'base64').toString('utf8')
    const colon = text.indexOf(':')
    if (colon < 0 || proxyEndpoint === undefined) {
      throw new RegistryError(`ECR in ${region} gave no usable authorization token`, { kind: 'unavailable' })
    }
    return {
      credentials: { username: text.slice(0, colon), password: text.slice(colon + 1) },
      proxyEndpoint,
      fetchedAt: clock.now(),
      expiresAt: expiresAt?.getTime() ?? clock.now() + LIFE_MS,
    }
  } catch (error) {
    throw ecrError(error, region)
  }
}
