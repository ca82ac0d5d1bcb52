// Checks what a trial needs before it creates anything: the account, its regions, and the CDK's bootstrap.
import { DescribeRepositoriesCommand, ECRClient } from '@aws-sdk/client-ecr'
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm'
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import type { Arguments } from './arguments.ts'

/** https://docs.aws.amazon.com/cdk/v2/guide/bootstrapping-env.html */
const BOOTSTRAP_VERSION = '/cdk-bootstrap/hnb659fds/version'

/** @throws Error if the credentials are of another account, or AWS does not accept them in the home region */
export async function requireAccount({ account, regions: [home = ''] }: Arguments): Promise<void> {
  const client = new STSClient({ region: home })
  const { Account } = await client
    .send(new GetCallerIdentityCommand({}))
    .catch((error: unknown) => {
      throw explained(error, home)
    })
    .finally(() => client.destroy())
  if (Account === account) return
  throw new Error(`the AWS credentials are of the account ${Account}, and --account is ${account}`)
}

/** @throws Error that says what to do */
export async function requireRegions({ account, regions }: Arguments): Promise<void> {
  const [home = ''] = regions
  for (const region of regions) {
    const client = new ECRClient({ region })
    await client
      .send(new DescribeRepositoriesCommand({ maxResults: 1 }))
      .catch((error: unknown) => {
        throw explained(error, region)
      })
      .finally(() => client.destroy())
  }
  const client = new SSMClient({ region: home })
  await client
    .send(new GetParameterCommand({ Name: BOOTSTRAP_VERSION }))
    .catch((error: unknown) => {
      if (error instanceof Error && error.name === 'ParameterNotFound')
        throw new Error(
          `${home} is not bootstrapped for the CDK; run: npx cdk bootstrap aws://${account}/${home}`,
        )
      throw explained(error, home)
    })
    .finally(() => client.destroy())
}

/** Regions that the account has not enabled do not accept its credentials. */
const NOT_ENABLED = [
  'UnrecognizedClientException',
  'InvalidClientTokenId',
  'OptInRequired',
  'RegionDisabledException',
]

function explained(error: unknown, region: string): unknown {
  if (!(error instanceof Error)) return error
  if (NOT_ENABLED.includes(error.name))
    return new Error(
      `AWS does not accept the credentials in ${region}: enable the region in the account, or name others with --regions (${error.message})`,
    )
  if (/^AccessDenied/.test(error.name))
    return new Error(
      `access is denied in ${region}: choose other --regions if a service control policy of the organization denies it, or use credentials of an administrator (${error.message})`,
    )
  return error
}
