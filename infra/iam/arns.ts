/** ARNs of repositories in policies. */
import { Aws, Stack } from 'aws-cdk-lib'
import type { Construct } from 'constructs'

/** ARNs of the target repositories, in any region. */
export function targetArns(scope: Construct, { targets }: { readonly targets: readonly string[] }): string[] {
  return inRegions(scope, targets)
}

/** ARNs for a condition on the regions: one ARN for each name in each region would not fit into policies. */
export function inRegions(scope: Construct, names: readonly string[]): string[] {
  return names.map((name) => repositoryArn(scope, { account: Aws.ACCOUNT_ID, region: '*', name }))
}

interface EcrRepository {
  readonly account: string
  readonly region: string
  readonly name: string
}

export function repositoryArn(scope: Construct, { account, region, name }: EcrRepository): string {
  return Stack.of(scope).formatArn({
    service: 'ecr',
    account,
    region,
    resource: 'repository',
    resourceName: name,
  })
}
