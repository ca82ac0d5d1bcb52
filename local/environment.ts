/**
 * The environment of functions and builds: the variables that AWS sets, with every service on this machine. The SDK
 * finds the services through its standard variables, so the code does not know where it runs.
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
 */
import type { Template } from './cloudformation/template.ts'

export type Variables = Readonly<Record<string, string>>

/** Service names as in the SDK's variables, and their addresses. */
export interface Endpoints {
  readonly S3: string
  readonly SNS: string
  readonly ECR: string
  readonly ECR_PUBLIC: string
  readonly SECRETS_MANAGER: string
  readonly KMS: string
  readonly SSM: string
  readonly DYNAMODB: string
  readonly SFN: string
  readonly STS: string
  readonly CLOUDFORMATION: string
  readonly CLOUDWATCH_LOGS: string
  readonly CLOUDWATCH: string
  readonly EVENTBRIDGE: string
  readonly SERVICE_QUOTAS: string
  readonly SCHEDULER: string
  readonly LAMBDA: string
  readonly IAM: string
  readonly SQS: string
}

/** @param key - the run's key, which its services require */
export function awsEnvironment(region: string, endpoints: Endpoints, roleId: string, key: string): Variables {
  return {
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    ...Object.fromEntries(Object.entries(endpoints).map(([name, url]) => [`AWS_ENDPOINT_URL_${name}`, url])),
    // Routes unexpected services here, where they are rejected, instead of to the internet.
    AWS_ENDPOINT_URL: endpoints.S3,
    AWS_EC2_METADATA_DISABLED: 'true',
    // Ignores the user's AWS configuration.
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    ...credentialsOf(roleId, key),
  }
}

/** The access key names the role, so that each call shows its caller; the session token authenticates it. */
function credentialsOf(roleId: string, key: string): Variables {
  return { AWS_ACCESS_KEY_ID: roleId, AWS_SECRET_ACCESS_KEY: 'local', AWS_SESSION_TOKEN: key }
}

export function roleIdOf(template: Template, roleArn: string): string {
  return template.find('AWS::IAM::Role', roleArn).id
}
