/**
 * IAM identity for Amazon ECR Public. Anonymous clients may read it too, at one pull per second and address; authenticated
 * clients get ten.
 * https://docs.aws.amazon.com/AmazonECR/latest/public/public-service-quotas.html
 */

import type { Identity } from '../auth/identity.ts'
import { sdkProxy } from '../http/proxy.ts'
import type { Clock } from '../model/clock.ts'
import { RegistryError } from '../model/errors.ts'
import { serviceError } from './ecr-errors.ts'
import { createIamLogin, type IamToken, readIamToken } from './iam-token.ts'

const NAME = 'ECR Public'
/** The only region that issues tokens: https://docs.aws.amazon.com/AmazonECR/latest/public/public-registry-auth.html */
const REGION = 'us-east-1'

export function ecrPublicIdentity(clock: Clock): Identity {
  // This token goes to the token server, which issues the one for the registry.
  return createIamLogin({ key: NAME, basicAtOnce: false }, () => fetchToken(clock), clock).identity
}

async function fetchToken(clock: Clock): Promise<IamToken> {
  const { ECRPUBLICClient, GetAuthorizationTokenCommand } = await import('@aws-sdk/client-ecr-public')
  const client = new ECRPUBLICClient({ region: REGION, maxAttempts: 5, ...sdkProxy() })
  try {
    const { authorizationData } = await client.send(new GetAuthorizationTokenCommand({}))
    const token = readIamToken(authorizationData?.authorizationToken, authorizationData?.expiresAt, clock)
    if (token !== undefined) return token
    throw new RegistryError(`${NAME} returned no usable authorization token`, { kind: 'unavailable' })
  } catch (error) {
    throw serviceError(error, NAME)
  } finally {
    client.destroy()
  }
}
