/**
 * Amazon ECR Public as the IAM role that we have: it serves ten pulls a second to those whom it knows, and one to each
 * address of those whom it does not. Anybody may read it, so nobody needs this who does not meet its throttle.
 * https://docs.aws.amazon.com/AmazonECR/latest/public/public-service-quotas.html
 */

import type { Identity } from '../auth/identity.ts'
import { sdkProxy } from '../http/proxy.ts'
import type { Clock } from '../model/clock.ts'
import { RegistryError } from '../model/errors.ts'
import { serviceError } from './ecr-errors.ts'
import { createIamLogin, type IamToken, readIamToken } from './iam-token.ts'

const NAME = 'ECR Public'
/** The only region that gives tokens: https://docs.aws.amazon.com/AmazonECR/latest/public/public-registry-auth.html */
const REGION = 'us-east-1'

export function ecrPublicIdentity(clock: Clock): Identity {
  // The registry wants a token of its token server, which wants this one: it is never sent to the registry itself.
  return createIamLogin({ key: NAME, basicAtOnce: false }, () => fetchToken(clock), clock).identity
}

async function fetchToken(clock: Clock): Promise<IamToken> {
  const { ECRPUBLICClient, GetAuthorizationTokenCommand } = await import('@aws-sdk/client-ecr-public')
  const client = new ECRPUBLICClient({ region: REGION, maxAttempts: 5, ...sdkProxy() })
  try {
    const { authorizationData } = await client.send(new GetAuthorizationTokenCommand({}))
    const token = readIamToken(authorizationData?.authorizationToken, authorizationData?.expiresAt, clock)
    if (token !== undefined) return token
    throw new RegistryError(`${NAME} gave no usable authorization token`, { kind: 'unavailable' })
  } catch (error) {
    throw serviceError(error, NAME)
  } finally {
    client.destroy()
  }
}
