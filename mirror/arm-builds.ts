/**
 * Regions where CodeBuild has ARM instances: used by infra/ for builds, and by `estimate` for their price.
 * https://docs.aws.amazon.com/codebuild/latest/userguide/build-env-ref-compute-types.html
 */
import type { Region } from './list/config.ts'

const ARM_REGIONS: readonly Region[] = [
  'ap-east-1',
  'ap-northeast-1',
  'ap-northeast-2',
  'ap-northeast-3',
  'ap-south-1',
  'ap-south-2',
  'ap-southeast-1',
  'ap-southeast-2',
  'ap-southeast-3',
  'ca-central-1',
  'cn-north-1',
  'cn-northwest-1',
  'eu-central-1',
  'eu-north-1',
  'eu-south-1',
  'eu-south-2',
  'eu-west-1',
  'eu-west-2',
  'eu-west-3',
  'il-central-1',
  'me-central-1',
  'me-south-1',
  'sa-east-1',
  'us-east-1',
  'us-east-2',
  'us-west-1',
  'us-west-2',
]

/** Builds run on x86 in other regions, at 1.5 times the price. */
export function hasArmBuilds(region: string): boolean {
  return ARM_REGIONS.some((known) => known === region)
}
