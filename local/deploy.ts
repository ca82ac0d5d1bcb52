/**
 * Deploys the synthesized template to the local services: creates buckets and the topic, uploads assets, and prepares
 * functions, the build project and the state machine.
 */
import { readFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { partitionOf } from '../mirror/list/partitions.ts'
import type { Cloud } from './cloud.ts'
import type { Assembly, Asset } from './cloudformation/synth.ts'
import { openTemplate, type Resource, type Template } from './cloudformation/template.ts'
import { type CodeBuild, type CodeBuildProps, startCodeBuild } from './codebuild/codebuild.ts'
import { awsEnvironment, roleIdOf, type Variables } from './environment.ts'
import { asArray, asObject, asString, isObject, type Json, type JsonObject } from './json.ts'
import { type Invoker, startFunction } from './lambda/lambda.ts'

export interface DeployProps {
  readonly assembly: Assembly
  readonly cloud: Cloud
  /** Added to the environment of every function and build. */
  readonly environment: Variables
  /** The folder for builds, and for logs of functions and builds. */
  readonly workDir: string
  readonly logDir: string
  /** How builds run, and how many concurrently. @default - in `sh`, one per processor */
  readonly builds?: Pick<CodeBuildProps, 'run' | 'concurrency'>
}

export interface Stack {
  readonly template: Template
  /** The templates of all stacks, including this one. */
  readonly templates: readonly Template[]
  readonly machine: { readonly arn: string; readonly definition: string; readonly roleId: string }
  /** By ARN. */
  readonly functions: ReadonlyMap<string, Invoker>
  readonly codebuild: CodeBuild
  readonly topicArn: string
  /** Of all topics, including the one for chats. */
  readonly topicArns: readonly string[]
  close(): Promise<void>
}

export async function deploy(props: DeployProps): Promise<Stack> {
  const { assembly, cloud } = props
  const placeOf = (stack: string, region: string) => ({
    account: cloud.account,
    region,
    partition: partitionOf(region),
    stack,
  })
  const template = openTemplate(assembly.template, placeOf(assembly.stack, cloud.region))
  const others = assembly.others.map((other) =>
    openTemplate(other.template, placeOf(other.stack, other.region)),
  )
  const topics = template.resources('AWS::SNS::Topic')
  const buckets = template.resources('AWS::S3::Bucket').map(({ name }) => name)
  await cloud.createBuckets([...buckets, ...new Set(assembly.assets.map(({ bucket }) => bucket))])
  for (const { name } of topics) await cloud.createTopic(name)
  await uploadFiles(assembly.assets, cloud)
  const functions = new Map(
    template
      .resources('AWS::Lambda::Function')
      .map((fn) => [arnOf(template, fn), start(template, fn, props)]),
  )
  const codebuild = codebuildOf(template, props)
  return {
    template,
    templates: [template, ...others],
    machine: machineOf(template),
    functions,
    codebuild,
    topicArn: template.output('FailureTopicArn'),
    topicArns: topics.map(({ id }) => asString(template.resolve({ Ref: id }), 'the ARN of a topic')),
    async close() {
      await Promise.all([codebuild.settled(), ...[...functions.values()].map((fn) => fn.close())])
    },
  }
}

/** Skips folders: functions and builds use them in place. */
async function uploadFiles(assets: readonly Asset[], cloud: Cloud): Promise<void> {
  for (const { path, packaging, bucket, key } of assets) {
    if (packaging === 'file') await cloud.documents.put(bucket, key, await readFile(path, 'utf8'))
  }
}

function machineOf(template: Template): Stack['machine'] {
  const machine = only(template, 'AWS::StepFunctions::StateMachine')
  return {
    arn: arnOf(template, machine),
    definition: asString(machine.properties.DefinitionString, 'DefinitionString'),
    roleId: roleIdOf(template, asString(machine.properties.RoleArn, 'RoleArn')),
  }
}

function start(template: Template, fn: Resource, props: DeployProps): Invoker {
  const { properties, name, id } = fn
  const { S3Bucket, S3Key } = asObject(properties.Code, `the code of ${id}`)
  const code = folderOf(props, `${S3Bucket}/${S3Key}`)
  const memoryMb = Number(properties.MemorySize ?? 128)
  const handler = asString(properties.Handler, `the handler of ${id}`)
  const logGroup = isObject(properties.LoggingConfig) ? properties.LoggingConfig.LogGroup : undefined
  return startFunction({
    name,
    arn: arnOf(template, fn),
    code,
    handler,
    memoryMb,
    timeoutSeconds: Number(properties.Timeout ?? 3),
    environment: {
      ...awsEnvironment(
        props.cloud.region,
        props.cloud.endpoints,
        roleIdOf(template, String(properties.Role)),
        props.cloud.key,
      ),
      ...props.environment,
      ...variablesOf(properties),
      // https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
      AWS_EXECUTION_ENV: `AWS_Lambda_${properties.Runtime}`,
      AWS_LAMBDA_FUNCTION_NAME: name,
      AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb),
      AWS_LAMBDA_LOG_GROUP_NAME: typeof logGroup === 'string' ? logGroup : `/aws/lambda/${name}`,
      AWS_LAMBDA_LOG_STREAM_NAME: 'local',
      LAMBDA_TASK_ROOT: code,
      TZ: ':UTC',
      _HANDLER: handler,
    },
    logFile: join(props.logDir, `${id}.log`),
    concurrency: Math.max(4, availableParallelism()),
  })
}

function variablesOf({ Environment }: JsonObject): Variables {
  const variables = isObject(Environment) && isObject(Environment.Variables) ? Environment.Variables : {}
  return Object.fromEntries(Object.entries(variables).map(([key, value]) => [key, String(value)]))
}

function codebuildOf(template: Template, props: DeployProps): CodeBuild {
  const project = only(template, 'AWS::CodeBuild::Project')
  const { Source, Environment, ServiceRole, TimeoutInMinutes } = project.properties
  const source = asObject(Source, 'the source of the project')
  const variables = asArray(asObject(Environment, 'Environment').EnvironmentVariables).filter(isObject)
  const roleId = roleIdOf(template, asString(ServiceRole, 'ServiceRole'))
  return startCodeBuild({
    ...props.builds,
    project: {
      name: project.name,
      arn: arnOf(template, project),
      buildspec: asString(source.BuildSpec, 'BuildSpec'),
      source: folderOf(props, asString(source.Location, 'the location of the source')),
      environment: Object.fromEntries(variables.map(({ Name, Value }) => [String(Name), String(Value)])),
      timeoutSeconds: Number(TimeoutInMinutes ?? defaultTimeout(Environment)) * 60,
    },
    workDir: props.workDir,
    logDir: props.logDir,
    environment: {
      ...awsEnvironment(props.cloud.region, props.cloud.endpoints, roleId, props.cloud.key),
      ...props.environment,
    },
  })
}

/**
 * The default timeout in minutes; Lambda compute has a fixed one:
 * https://docs.aws.amazon.com/codebuild/latest/userguide/lambda.html
 */
function defaultTimeout(environment: Json | undefined): number {
  const { Type } = asObject(environment, 'Environment')
  return String(Type).endsWith('_LAMBDA_CONTAINER') ? 15 : 60
}

/** The unpacked folder of the zip at `bucket/key`. */
function folderOf({ assembly }: DeployProps, location: string): string {
  const asset = assembly.assets.find(({ bucket, key }) => `${bucket}/${key}` === location)
  if (asset?.packaging !== 'zip') throw new Error(`the cloud assembly has no folder for s3://${location}`)
  return asset.path
}

function only(template: Template, type: string): Resource {
  const [found, ...more] = template.resources(type)
  if (!found || more.length > 0)
    throw new Error(`the template must have one ${type}, but has ${more.length + 1}`)
  return found
}

function arnOf(template: Template, { id }: Resource): string {
  return asString(template.resolve({ 'Fn::GetAtt': [id, 'Arn'] }), `the ARN of ${id}`)
}
