/**
 * The hosts of Amazon ECR's private registries, in all partitions, with dual-stack and FIPS.
 * https://github.com/awslabs/amazon-ecr-credential-helper/blob/main/ecr-login/api/client.go
 */

export interface EcrHost {
  readonly account: string
  readonly region: string
}

/** Amazon's public registry, which has no account and no region. */
export const ECR_PUBLIC = 'public.ecr.aws'

const SUFFIXES = [
  'amazonaws\\.com',
  'amazonaws\\.com\\.cn',
  'amazonaws\\.eu',
  'on\\.aws',
  'on\\.amazonwebservices\\.com\\.cn',
  'sc2s\\.sgov\\.gov',
  'c2s\\.ic\\.gov',
  'cloud\\.adc-e\\.uk',
  'csp\\.hci\\.ic\\.gov',
]
const HOST = new RegExp(
  `^(\\d{12})\\.dkr[.-]ecr(?:-fips)?\\.([a-z0-9][a-z0-9-]*)\\.(?:${SUFFIXES.join('|')})$`,
)

/** The account and region of an ECR host; undefined for any other host. */
export function parseEcrHost(host: string): EcrHost | undefined {
  const [, account, region] = HOST.exec(host) ?? []
  return account === undefined || region === undefined ? undefined : { account, region }
}
