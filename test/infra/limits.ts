// AWS's limits on templates that a list may exceed, with links to their documentation.
import { type Resources, textOf } from './templates.ts'

interface Limit {
  readonly what: string
  readonly size: number
  readonly most: number
}

/** Lists every exceeded limit, as text. */
export function overLimits(resources: Resources): string[] {
  const all = [
    ...stackOf(resources),
    ...Object.entries(resources).flatMap(([id, one]) => limitsOf(id, one.Type, one.Properties)),
    ...rolesOf(resources),
  ]
  return all
    .filter(({ size, most }) => size > most)
    .map(({ what, size, most }) => `${what}: ${size} of ${most}`)
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html */
function stackOf(resources: Resources): Limit[] {
  return [
    { what: 'resources of the stack', size: Object.keys(resources).length, most: 500 },
    { what: 'bytes of the template', size: JSON.stringify(resources).length, most: 1_000_000 },
  ]
}

type Properties = Readonly<Record<string, unknown>>

function limitsOf(id: string, type: string, of: Properties): Limit[] {
  const limit = (key: string, most: number): Limit[] => [
    { what: `${key} of ${type} ${id}`, size: sizeOf(of[key]), most },
  ]
  switch (type) {
    case 'AWS::IAM::ManagedPolicy':
      return limit('PolicyDocument', 6144)
    case 'AWS::IAM::Role':
      return limit('AssumeRolePolicyDocument', 2048)
    // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html
    case 'AWS::Events::Rule':
      return limit('EventPattern', 2048)
    // https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
    case 'AWS::Lambda::Function':
      return [
        {
          what: `environment of ${id}`,
          size: sizeOf((of.Environment as Properties | undefined)?.Variables ?? {}),
          most: 4096,
        },
      ]
    case 'AWS::CodeBuild::Project':
      return variablesOf(id, of)
    // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-policies.html
    case 'AWS::SQS::QueuePolicy':
      return limit('PolicyDocument', 8192)
    // https://docs.aws.amazon.com/sns/latest/api/API_SetTopicAttributes.html
    case 'AWS::SNS::TopicPolicy':
      return limit('PolicyDocument', 30_720)
    // https://docs.aws.amazon.com/kms/latest/developerguide/resource-limits.html
    case 'AWS::KMS::Key':
      return limit('KeyPolicy', 32_768)
    // https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html
    case 'AWS::S3::BucketPolicy':
      return limit('PolicyDocument', 20_480)
    // https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
    case 'AWS::StepFunctions::StateMachine':
      return limit('DefinitionString', 1_000_000)
    default:
      return []
  }
}

/** https://docs.aws.amazon.com/codebuild/latest/userguide/limits.html */
function variablesOf(id: string, of: Properties): Limit[] {
  const { EnvironmentVariables = [] } = of.Environment as { EnvironmentVariables?: Properties[] }
  return [
    ...EnvironmentVariables.map(({ Name, Value }) => ({
      what: `variable ${Name} of ${id}`,
      size: sizeOf(Value),
      most: 4096,
    })),
    { what: `variables of ${id}`, size: EnvironmentVariables.length, most: 100 },
  ]
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
function rolesOf(resources: Resources): Limit[] {
  const all = Object.entries(resources)
  const attached = (type: string, role: string) =>
    all.filter(([, one]) => one.Type === type && JSON.stringify(one.Properties.Roles).includes(`"${role}"`))
  return all.flatMap(([id, { Type, Properties }]) => {
    if (Type !== 'AWS::IAM::Role') return []
    const inline = attached('AWS::IAM::Policy', id).map(([, one]) => sizeOf(one.Properties.PolicyDocument))
    const managed =
      attached('AWS::IAM::ManagedPolicy', id).length + (Properties.ManagedPolicyArns ?? []).length
    return [
      { what: `inline policies of ${id}`, size: inline.reduce((sum, size) => sum + size, 0), most: 10_240 },
      { what: `managed policies of ${id}`, size: managed, most: 10 },
    ]
  })
}

/** Length of the JSON with the longest names of partition and region. */
function sizeOf(value: unknown): number {
  return JSON.stringify(deployed(value)).length
}

const LONGEST: Readonly<Record<string, string>> = {
  'AWS::Partition': 'aws-us-gov',
  'AWS::Region': 'ap-northeast-1',
  'AWS::AccountId': '111122223333',
}

function deployed(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(deployed)
  const [key = ''] = Object.keys(value)
  if (key === 'Ref' || key.startsWith('Fn::')) {
    return textOf(value).replaceAll(/<([^<>]+)>/g, (_, name: string) => LONGEST[name] ?? '?'.repeat(120))
  }
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, deployed(one)]))
}
