/** Fetches credentials and the registry endpoint with ECR's GetAuthorizationToken. */
import type { ECRClient } from '@aws-sdk/client-ecr'
import type { Clock } from '../model/clock.ts'
import { RegistryError } from '../model/errors.ts'
import { ecrError } from './ecr-errors.ts'
import { type IamToken, readIamToken } from './iam-token.ts'

export interface EcrToken extends IamToken {
  /** `https://<account>.dkr.ecr.<region>.amazonaws.com` */
  readonly proxyEndpoint: string
}

export async function fetchEcrToken(ecr: ECRClient, region: string, clock: Clock): Promise<EcrToken> {
  const { GetAuthorizationTokenCommand } = await import('@aws-sdk/client-ecr')
  try {
    const { authorizationData } = await ecr.send(new GetAuthorizationTokenCommand({}))
    const { authorizationToken, proxyEndpoint, expiresAt } = authorizationData?.[0] ?? {}
    const token = readIamToken(authorizationToken, expiresAt, clock)
    if (token !== undefined && proxyEndpoint !== undefined) return { ...token, proxyEndpoint }
    throw new RegistryError(`ECR in ${region} returned no usable authorization token`, {
      kind: 'unavailable',
    })
  } catch (error) {
    throw ecrError(error, region)
  }
}
