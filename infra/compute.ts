/**
 * Compute for builds: a CodeBuild instance for each build, or CodeBuild's Lambda compute, which starts within seconds
 * and is billed by the second, but ends every build after 15 minutes.
 */
import { Annotations, Duration, Stack, Token } from 'aws-cdk-lib'
import {
  type BuildEnvironment,
  ComputeType,
  LinuxArmBuildImage,
  LinuxArmLambdaBuildImage,
  LinuxBuildImage,
} from 'aws-cdk-lib/aws-codebuild'
import type { Construct } from 'constructs'
import { hasArmBuilds } from '../mirror/arm-builds.ts'
import { BUILD_QUEUED, BUILD_RUNNING } from '../statemachine/timeouts.ts'
import { invalidInput } from './problems.ts'

export const COMPUTES = ['ec2', 'lambda'] as const
export type Compute = (typeof COMPUTES)[number]

export interface ComputeSettings {
  readonly environment: BuildEnvironment
  /** The timeouts that the project may set. */
  readonly timeouts: { readonly queuedTimeout?: Duration; readonly timeout?: Duration }
  /** The time after which a build is stopped. */
  readonly timeLimit: Duration
  /** The buildspec's install phase, for images with more than one Node version. */
  readonly install?: { readonly 'runtime-versions': Readonly<Record<string, number>> }
}

const EC2: ComputeSettings = {
  environment: {
    buildImage: LinuxArmBuildImage.AMAZON_LINUX_2023_STANDARD_4_0,
    computeType: ComputeType.SMALL,
    privileged: false,
  },
  timeouts: { queuedTimeout: BUILD_QUEUED, timeout: BUILD_RUNNING },
  timeLimit: BUILD_RUNNING,
  install: { 'runtime-versions': { nodejs: 24 } },
}

/** The same Node version on x86, at 1.5 times the price, for regions where CodeBuild has no ARM. */
const EC2_X86: ComputeSettings = {
  ...EC2,
  environment: { ...EC2.environment, buildImage: LinuxBuildImage.AMAZON_LINUX_2023_6 },
}

/**
 * Lambda scales processor time with memory: 2 GB give slightly more than one processor, which is enough for hashing and
 * TLS at full speed. Timeouts cannot be set.
 */
const LAMBDA: ComputeSettings = {
  environment: {
    buildImage: LinuxArmLambdaBuildImage.AMAZON_LINUX_2023_NODE_24,
    computeType: ComputeType.LAMBDA_2GB,
  },
  timeouts: {},
  timeLimit: Duration.minutes(15),
}

/** https://docs.aws.amazon.com/codebuild/latest/userguide/lambda.html#lambda.regions */
const LAMBDA_REGIONS: readonly string[] = [
  'ap-northeast-1',
  'ap-south-1',
  'ap-southeast-1',
  'ap-southeast-2',
  'eu-central-1',
  'eu-west-1',
  'sa-east-1',
  'us-east-1',
  'us-east-2',
  'us-west-2',
]

export interface ComputeNeeds {
  /** Whether builds need a VPC. */
  readonly inVpc: boolean
}

/** @throws InvalidInput if the stack's region lacks this compute, or if builds need a VPC that it cannot use */
export function computeSettings(
  scope: Construct,
  compute: Compute,
  { inVpc }: ComputeNeeds = { inVpc: false },
): ComputeSettings {
  if (compute === 'ec2') return instances(scope)
  if (inVpc) throw noVpc()
  requireLambda(scope)
  return LAMBDA
}

/** A stack without a region uses ARM, which nearly every region has; CloudFormation rejects it in the others. */
function instances(scope: Construct): ComputeSettings {
  const { region } = Stack.of(scope)
  return Token.isUnresolved(region) || hasArmBuilds(region) ? EC2 : EC2_X86
}

/**
 * Parses the setting of a command line.
 * @throws InvalidInput
 */
export function parseCompute(text: string): Compute {
  const found = COMPUTES.find((one) => one === text)
  if (found === undefined) throw invalidInput(`compute: "${text}" is invalid; use ${COMPUTES.join(' or ')}`)
  return found
}

/** https://docs.aws.amazon.com/codebuild/latest/userguide/lambda.html#lambda.limitations */
function noVpc(): Error {
  return invalidInput(
    "compute: 'lambda' cannot be combined with vpc, because CodeBuild's Lambda compute has no access to a VPC; " +
      "use compute: 'ec2', or remove vpc if every source is reachable over the internet",
  )
}

function requireLambda(scope: Construct): void {
  const { region } = Stack.of(scope)
  if (Token.isUnresolved(region)) {
    Annotations.of(scope).addWarningV2(
      'image-mirror:compute',
      "compute: 'lambda' is not available in every region, and this stack has no region; set env.region",
    )
    return
  }
  if (LAMBDA_REGIONS.includes(region)) return
  throw invalidInput(
    `compute: 'lambda' needs CodeBuild's Lambda compute, which ${region} lacks; ` +
      `use compute: 'ec2', or one of ${LAMBDA_REGIONS.join(', ')} as the home region`,
  )
}
