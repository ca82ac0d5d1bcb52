/**
 * The environment of functions and builds here: what AWS sets in theirs, with every service on this machine. The
 * SDK finds the services through its own variables, so nothing in our code knows where it runs.
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
 */
import type { Template } from './cloudformation/template.ts'

export type Variables = Readonly<Record<string, string>>

/** Service in the spelling of the SDK's variables, and its address. */
export interface Endpoints {
  readonly S3: string
  readonly SNS: string
  readonly ECR: string
  readonly SECRETS_MANAGER: string
  readonly SFN: string
}

/** @param key - of the run, which its services want to see */
export function awsEnvironment(region: string, endpoints: Endpoints, roleId: string, key: string): Variables {
  return {
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    ...Object.fromEntries(Object.entries(endpoints).map(([name, url]) => [`AWS_ENDPOINT_URL_${name}`, url])),
    // A service that is not expected is asked here too, and refused, rather than on the internet.
    AWS_ENDPOINT_URL: endpoints.S3,
    AWS_EC2_METADATA_DISABLED: 'true',
    // What the user's own profile says of AWS must not get in.
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    ...credentialsOf(roleId, key),
  }
}

/** The access key names the role, so that each call shows who made it; the session token lets it in. */
function credentialsOf(roleId: string, key: string): Variables {
  return { AWS_ACCESS_KEY_ID: roleId, AWS_SECRET_ACCESS_KEY: 'local', AWS_SESSION_TOKEN: key }
}

export function roleIdOf(template: Template, roleArn: string): string {
  return template.find('AWS::IAM::Role', roleArn).id
}
