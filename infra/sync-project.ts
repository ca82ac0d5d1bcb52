/**
 * The CodeBuild project that runs the Sync program. The program is an asset of the stack and the buildspec is inline,
 * so the input of an execution cannot choose what runs. A build receives the S3 key of its work order and the number of
 * its round as environment variables.
 */
import { RemovalPolicy } from 'aws-cdk-lib'
import { BuildSpec, type CfnProject, Project, Source } from 'aws-cdk-lib/aws-codebuild'
import type { Role } from 'aws-cdk-lib/aws-iam'
import { type ILogGroup, LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs'
import type { IBucket } from 'aws-cdk-lib/aws-s3'
import { Asset } from 'aws-cdk-lib/aws-s3-assets'
import type { Construct } from 'constructs'
import type { SyncEnv } from '../mirror/environment.ts'
import { programFolder } from './bundle.ts'
import type { ComputeSettings } from './compute.ts'
import { acknowledge } from './iam/acknowledge.ts'
import { grantAll } from './iam/grants.ts'
import { serviceRole } from './iam/roles.ts'
import type { RegistrySettings } from './list/registry-settings.ts'
import { grantInterfacesToCodeBuild, type Network, vpcConfig } from './network.ts'
import { readDocuments, writeDocuments, writeRefusals } from './storage.ts'

export interface SyncProjectProps {
  readonly bucket: IBucket
  readonly registrySettings: RegistrySettings
  readonly logRetention: RetentionDays
  /** @default - the account's quota, with CodeBuild's queue */
  readonly maxConcurrentBuilds?: number
  readonly compute: ComputeSettings
  /** The network that sources are read from. @default - the internet */
  readonly network?: Network | undefined
  /** The maximum number of builds that write to one region concurrently. */
  readonly writersPerRegion: number
}

export interface SyncProject {
  readonly project: Project
  readonly role: Role
  readonly logGroup: ILogGroup
}

function buildSpec({ install }: ComputeSettings): BuildSpec {
  return BuildSpec.fromObject({
    version: '0.2',
    phases: { ...(install && { install }), build: { commands: ['node main.mjs'] } },
  })
}

/**
 * Creates the project and its role, whose permissions on the repositories of images are added later (list/images.ts).
 */
export function syncProject(scope: Construct, props: SyncProjectProps): SyncProject {
  const { bucket, logRetention, compute } = props
  const program = new Asset(scope, 'SyncProgram', { path: programFolder('sync') })
  const logGroup = new LogGroup(scope, 'SyncLog', {
    retention: logRetention,
    removalPolicy: RemovalPolicy.DESTROY,
  })
  const role = serviceRole(scope, 'SyncRole', {
    service: 'codebuild.amazonaws.com',
    sources: 'project/*',
    description: 'Copies images into the target repositories',
  })
  logGroup.grantWrite(role)
  grantAll(role, [
    // Required by CodeBuild: https://docs.aws.amazon.com/codebuild/latest/userguide/setting-up-service-role.html
    {
      actions: ['s3:GetObject', 's3:GetObjectVersion'],
      resources: [program.bucket.arnForObjects(program.s3ObjectKey)],
    },
    { actions: ['s3:GetBucketAcl', 's3:GetBucketLocation'], resources: [program.bucket.bucketArn] },
    readDocuments(bucket),
    writeDocuments(bucket),
    writeRefusals(bucket),
  ])
  const project = new Project(scope, 'Sync', {
    description: 'Copies the content of a work order to one target',
    // CDK would grant permissions on report groups and a log group that this project does not have.
    role: role.withoutPolicyUpdates(),
    grantReportGroupPermissions: false,
    source: Source.s3({ bucket: program.bucket, path: program.s3ObjectKey }),
    buildSpec: buildSpec(compute),
    environment: compute.environment,
    environmentVariables: {
      ...plainVariables(props.registrySettings),
      WORK_BUCKET: { value: bucket.bucketName },
      TIME_LIMIT_SECONDS: { value: compute.timeLimit.toSeconds() },
      WRITERS_PER_REGION: { value: props.writersPerRegion },
    } satisfies Record<keyof Omit<SyncEnv, 'ORDER_KEY' | 'ROUND'>, { value: string | number }>,
    logging: { cloudWatch: { logGroup } },
    ...compute.timeouts,
    // Set only on request: a limit turns CodeBuild's queue into errors
    // (https://docs.aws.amazon.com/codebuild/latest/userguide/builds-working.html).
    ...(props.maxConcurrentBuilds && { concurrentBuildLimit: props.maxConcurrentBuilds }),
  })
  if (props.network !== undefined) join(project, role, props.network)
  project.node.addDependency(role)
  acknowledge(project, {
    'AwsSolutions-CB4': 'the project has no artifacts and no cache to encrypt',
  })
  return { project, role, logGroup }
}

/** Does not use the project's own `vpc`: CDK would grant more than needed, and the role rejects policy updates. */
function join(project: Project, role: Role, network: Network): void {
  grantInterfacesToCodeBuild(role, network)
  const { subnetIds, ...groups } = vpcConfig(network)
  const resource = project.node.defaultChild as CfnProject
  resource.vpcConfig = { vpcId: network.vpcId, subnets: subnetIds, ...groups }
  if (network.ready !== undefined) project.node.addDependency(network.ready)
}

function plainVariables(values: Readonly<Record<string, string>>): Record<string, { value: string }> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { value }]))
}
