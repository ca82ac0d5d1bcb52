/**
 * Values of `Ref` and `Fn::GetAtt` for each resource type, and generated names.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html
 */

/** The stack's name, account, region and partition. */
export interface Place {
  readonly account: string
  readonly region: string
  readonly partition: string
  readonly stack: string
}

interface Kind {
  /** The property that sets the name. */
  readonly nameProperty?: string
  readonly arn: (name: string, place: Place) => string
  /** The value of `Ref`. @default - the name */
  readonly ref?: (name: string, place: Place) => string
}

function arn(service: string, prefix = ''): Kind['arn'] {
  return (name, { partition, region, account }) =>
    `arn:${partition}:${service}:${region}:${account}:${prefix}${name}`
}

const KINDS: Readonly<Record<string, Kind>> = {
  'AWS::CodeBuild::Project': { nameProperty: 'Name', arn: arn('codebuild', 'project/') },
  'AWS::Events::Rule': { nameProperty: 'Name', arn: arn('events', 'rule/') },
  'AWS::IAM::Role': {
    nameProperty: 'RoleName',
    arn: (name, { partition, account }) => `arn:${partition}:iam::${account}:role/${name}`,
  },
  'AWS::KMS::Key': { arn: arn('kms', 'key/') },
  'AWS::Lambda::Function': { nameProperty: 'FunctionName', arn: arn('lambda', 'function:') },
  'AWS::Logs::LogGroup': {
    nameProperty: 'LogGroupName',
    // The `Arn` attribute ends in `:*`, unlike other ARNs of log groups.
    arn: (name, place) => `${arn('logs', 'log-group:')(name, place)}:*`,
  },
  'AWS::S3::Bucket': {
    nameProperty: 'BucketName',
    arn: (name, { partition }) => `arn:${partition}:s3:::${name}`,
  },
  'AWS::SNS::Topic': { nameProperty: 'TopicName', arn: arn('sns'), ref: arn('sns') },
  'AWS::SQS::Queue': {
    nameProperty: 'QueueName',
    arn: arn('sqs'),
    ref: (name, { region, account }) => `https://sqs.${region}.amazonaws.com/${account}/${name}`,
  },
  'AWS::Scheduler::Schedule': { nameProperty: 'Name', arn: arn('scheduler', 'schedule/default/') },
  'AWS::Scheduler::ScheduleGroup': { nameProperty: 'Name', arn: arn('scheduler', 'schedule-group/') },
  'AWS::StepFunctions::StateMachine': {
    nameProperty: 'StateMachineName',
    arn: arn('states', 'stateMachine:'),
    ref: arn('states', 'stateMachine:'),
  },
}

const OTHER_ATTRIBUTES: Readonly<Record<string, (name: string, place: Place) => string>> = {
  'AWS::Lambda::Function.FunctionName': (name) => name,
  'AWS::Logs::LogGroup.LogGroupName': (name) => name,
  'AWS::S3::Bucket.DomainName': (name) => `${name}.s3.amazonaws.com`,
  'AWS::S3::Bucket.RegionalDomainName': (name, { region }) => `${name}.s3.${region}.amazonaws.com`,
  'AWS::SNS::Topic.TopicArn': (name, place) => arn('sns')(name, place),
  'AWS::SNS::Topic.TopicName': (name) => name,
  'AWS::SQS::Queue.QueueName': (name) => name,
  'AWS::StepFunctions::StateMachine.Name': (name) => name,
}

/** Returns the name from the template, or generates one from stack and logical ID, as CloudFormation does. */
export function physicalName(
  type: string,
  id: string,
  place: Place,
  property: (name: string) => string | undefined,
): string {
  const key = KINDS[type]?.nameProperty
  const given = key === undefined ? undefined : property(key)
  if (given !== undefined) return given
  // The limits of buckets (63 characters, lower case) and functions (64) are the strictest here.
  const made = `${place.stack}-${id}`
  if (type !== 'AWS::S3::Bucket') return made.slice(0, 64)
  return `${made.toLowerCase().slice(0, 50)}-${place.account}`
}

export function reference(type: string, name: string, place: Place): string {
  return KINDS[type]?.ref?.(name, place) ?? name
}

export function attribute(type: string, name: string, wanted: string, place: Place): string {
  const kind = KINDS[type]
  if (wanted === 'Arn' && kind) return kind.arn(name, place)
  const other = OTHER_ATTRIBUTES[`${type}.${wanted}`]
  if (other) return other(name, place)
  throw new Error(`the local run does not know the attribute ${wanted} of ${type}`)
}
