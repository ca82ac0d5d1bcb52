/**
 * What builds run on: an instance of CodeBuild's own for each, or its Lambda compute, which starts within seconds and
 * is billed by the second, but ends every build after 15 minutes.
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
import { ErrorName } from '../mirror/contract.ts'
import { BUILD_QUEUED, BUILD_RUNNING } from '../statemachine/timeouts.ts'

export const COMPUTES = ['ec2', 'lambda'] as const
export type Compute = (typeof COMPUTES)[number]

export interface ComputeSettings {
  readonly environment: BuildEnvironment
  /** What the project may set of them. */
  readonly timeouts: { readonly queuedTimeout?: Duration; readonly timeout?: Duration }
  /** When a build is ended, whatever it does. */
  readonly timeLimit: Duration
  /** The buildspec's install phase, where the image holds more than one Node. */
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

/** The same Node on x86, which costs half as much again: for the regions where CodeBuild has no ARM. */
const EC2_X86: ComputeSettings = {
  ...EC2,
  environment: { ...EC2.environment, buildImage: LinuxBuildImage.AMAZON_LINUX_2023_6 },
}

/** https://docs.aws.amazon.com/codebuild/latest/userguide/build-env-ref-compute-types.html */
const ARM_REGIONS: readonly string[] = [
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

/**
 * Lambda gives a function processor time by its memory: 2 GB are a little more than one processor, which is what
 * hashing and TLS take at full speed. Timeouts cannot be set.
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
  /** Whether builds have to be in a VPC. */
  readonly inVpc: boolean
}

/** @throws InvalidInput when the stack's region lacks this compute, or when it has not what builds need */
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

/** A stack for any region has ARM, as nearly every region does: CloudFormation refuses it where there is none. */
function instances(scope: Construct): ComputeSettings {
  const { region } = Stack.of(scope)
  return Token.isUnresolved(region) || ARM_REGIONS.includes(region) ? EC2 : EC2_X86
}

/** What a setting must be, when it comes from a command line. @throws InvalidInput */
export function parseCompute(text: string): Compute {
  const found = COMPUTES.find((one) => one === text)
  if (found === undefined) throw invalid(`compute must be ${COMPUTES.join(' or ')}, and is "${text}"`)
  return found
}

/** https://docs.aws.amazon.com/codebuild/latest/userguide/lambda.html#lambda.limitations */
function noVpc(): Error {
  return invalid(
    "compute: 'lambda' and vpc cannot be had together, as CodeBuild's Lambda compute reaches into no VPC; " +
      "use compute: 'ec2', or take vpc out if every source is reached over the internet",
  )
}

function requireLambda(scope: Construct): void {
  const { region } = Stack.of(scope)
  if (Token.isUnresolved(region)) {
    Annotations.of(scope).addWarningV2(
      'image-mirror:compute',
      "compute: 'lambda' is not in every region, and this stack does not say which one is its own: set env.region",
    )
    return
  }
  if (LAMBDA_REGIONS.includes(region)) return
  throw invalid(
    `compute: 'lambda' needs CodeBuild's Lambda compute, which ${region} lacks; ` +
      `use compute: 'ec2', or one of ${LAMBDA_REGIONS.join(', ')} as the home region`,
  )
}

function invalid(message: string): Error {
  const error = new Error(message)
  error.name = ErrorName.InvalidInput
  return error
}
