/** Describes where the AWS SDK finds the credentials of this process. */
import { sdkProxy } from '../http/proxy.ts'

/**
 * The SDK's names of the providers that took part, the most specific first.
 * https://github.com/aws/aws-sdk-js-v3/blob/main/packages/types/src/feature-ids.ts
 */
const ORIGINS: readonly (readonly [RegExp, string])[] = [
  [/^CREDENTIALS_ENV_VARS$/, 'environment variables'],
  [/_STS_WEB_ID|_STS_ASSUME_ROLE_WEB_ID|_WEB_ID_TOKEN$/, 'a web identity token'],
  [/_SSO(?:_LEGACY)?$|_LOGIN$/, 'single sign-on'],
  [/_PROCESS$/, 'a credential process'],
  [/_STS_ASSUME_ROLE$/, 'an assumed role'],
  [/_HTTP$/, 'the container'],
  [/_IMDS$/, 'the instance'],
  [/_PROFILE/, 'a profile'],
]

/** @returns `environment variables`, `a profile`, … @throws the SDK's error if there are no credentials */
export async function awsCredentialsOrigin(region: string): Promise<string> {
  const { ECRClient } = await import('@aws-sdk/client-ecr')
  const client = new ECRClient({ region, ...sdkProxy() })
  try {
    const credentials = await client.config.credentials()
    const source = '$source' in credentials ? Object.keys(credentials.$source ?? {}) : []
    const origin = ORIGINS.find(([pattern]) => source.some((name) => pattern.test(name)))
    return origin?.[1] ?? "the SDK's chain"
  } finally {
    client.destroy()
  }
}
