/**
 * Credentials of a role in another account. The SDK calls the provider again five minutes before they expire: a session
 * that one role makes of another lasts an hour at most, however long a copy takes.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
 */
import { sdkProxy } from '../http/proxy.ts'
import type { Role } from '../model/registry.ts'

/** Names the session in the other account's CloudTrail. */
const SESSION_NAME = 'image-mirror'
export const SESSION_SECONDS = 3600

export interface RoleCredentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string
  readonly expiration: Date
}

/**
 * @param region - of the STS endpoint if the environment names none. This region is certainly enabled for this
 * account, and its sessions are valid in all regions.
 */
export function assumeRole({ role, externalId }: Role, region: string): () => Promise<RoleCredentials> {
  return async () => {
    const { AssumeRoleCommand, STSClient } = await import('@aws-sdk/client-sts')
    const own = process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION
    const sts = new STSClient({ region: own ?? region, maxAttempts: 5, ...sdkProxy() })
    try {
      const command = new AssumeRoleCommand({
        RoleArn: role,
        RoleSessionName: SESSION_NAME,
        DurationSeconds: SESSION_SECONDS,
        ...(externalId === undefined ? {} : { ExternalId: externalId }),
      })
      const { Credentials } = await sts.send(command)
      return credentialsOf(role, Credentials)
    } finally {
      sts.destroy()
    }
  }
}

interface StsCredentials {
  readonly AccessKeyId?: string | undefined
  readonly SecretAccessKey?: string | undefined
  readonly SessionToken?: string | undefined
  readonly Expiration?: Date | undefined
}

function credentialsOf(role: string, given: StsCredentials = {}): RoleCredentials {
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = given
  if (!AccessKeyId || !SecretAccessKey || !SessionToken || !Expiration)
    throw new Error(`STS returned no usable credentials for ${role}`)
  return {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    sessionToken: SessionToken,
    expiration: Expiration,
  }
}
