/**
 * The six Lambda functions, each with its own role, log and environment. Their permissions on the repositories of
 * images are added at synthesis (list/images.ts).
 */
import { type Duration, RemovalPolicy, Stack } from 'aws-cdk-lib'
import type { Role } from 'aws-cdk-lib/aws-iam'
import {
  Architecture,
  type CfnFunction,
  Code,
  Function as LambdaFunction,
  Runtime,
  Tracing,
} from 'aws-cdk-lib/aws-lambda'
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs'
import type { IBucket } from 'aws-cdk-lib/aws-s3'
import { Construct } from 'constructs'
import type { DiffEnv, OutcomeEnv, PlanEnv, PruneEnv, ReportEnv, ResolveEnv } from '../mirror/environment.ts'
import { FUNCTION_MEMORY_MIB } from '../mirror/function-memory.ts'
import { FUNCTION_TIMEOUT } from '../statemachine/timeouts.ts'
import { programFolder } from './bundle.ts'
import { acknowledgeWildcards } from './iam/acknowledge.ts'
import type { Grant } from './iam/grant.ts'
import { grantAll } from './iam/grants.ts'
import { serviceRole } from './iam/roles.ts'
import type { RegistrySettings } from './list/registry-settings.ts'
import { grantInterfacesToLambda, type Network, vpcConfig } from './network.ts'
import type { Program } from './programs.ts'
import {
  findDocuments,
  keepArtifacts,
  keepFreshness,
  keepLists,
  keepState,
  keepStatus,
  notePushes,
  readDocuments,
  readLists,
  readRefusals,
  takeTurns,
  writeDocuments,
} from './storage.ts'

export interface FunctionsProps {
  readonly bucket: IBucket
  /** The location of the list, as JSON. */
  readonly listUrl: string
  /** Whether the list has images elsewhere. */
  readonly readsElsewhere: boolean
  /** Whether pushes start runs. */
  readonly notesPushes: boolean
  readonly registrySettings: RegistrySettings
  /** The network that sources and other registries are reached from. @default - the internet */
  readonly network?: Network | undefined
  /** Whether each target has metrics of its own. @default false */
  readonly metersTargets?: boolean
  /** Whether Diff reads from other registries than ECR. @default false */
  readonly hasOtherRegistries?: boolean
  readonly logRetention: RetentionDays
}

export class Functions extends Construct {
  readonly plan: LambdaFunction
  readonly resolve: LambdaFunction
  readonly diff: LambdaFunction
  readonly outcome: LambdaFunction
  readonly prune: LambdaFunction
  readonly report: LambdaFunction
  /** The roles that receive permissions on the repositories of images. */
  readonly roles: Readonly<Record<'plan' | 'resolve' | 'diff' | 'prune', Role>>

  constructor(scope: Construct, id: string, props: FunctionsProps) {
    super(scope, id)
    const { bucket, listUrl, notesPushes, registrySettings, network, logRetention } = props
    const registries = props.hasOtherRegistries ? { settings: registrySettings, network } : {}
    const env = { WORK_BUCKET: bucket.bucketName }

    this.plan = handler(this, 'Plan', {
      program: 'plan',
      description: 'Turns the trigger and the list into image items',
      timeout: FUNCTION_TIMEOUT.plan,
      memorySize: FUNCTION_MEMORY_MIB.plan,
      environment: { ...env, LIST_URL: listUrl } satisfies PlanEnv,
      logRetention,
      grants: [
        readLists(bucket),
        writeDocuments(bucket),
        findDocuments(bucket),
        takeTurns(bucket),
        ...(notesPushes ? [notePushes(bucket)] : []),
        ...(props.readsElsewhere ? [keepLists(bucket)] : []),
      ],
    })
    this.resolve = handler(this, 'Resolve', {
      program: 'resolve',
      description: 'Resolves the matching tags of a source and their digests',
      timeout: FUNCTION_TIMEOUT.resolve,
      memorySize: FUNCTION_MEMORY_MIB.resolve,
      environment: { ...registrySettings, ...env } satisfies ResolveEnv,
      logRetention,
      grants: [readDocuments(bucket), writeDocuments(bucket), keepArtifacts(bucket), findDocuments(bucket)],
      network,
    })
    this.diff = handler(this, 'Diff', {
      program: 'diff',
      description: 'Compares the resolved tags with the content of one target',
      timeout: FUNCTION_TIMEOUT.diff,
      memorySize: FUNCTION_MEMORY_MIB.diff,
      environment: { ...registries.settings, ...env } satisfies DiffEnv,
      logRetention,
      grants: [readDocuments(bucket), writeDocuments(bucket), readRefusals(bucket), findDocuments(bucket)],
      network: registries.network,
    })
    this.outcome = handler(this, 'Outcome', {
      program: 'outcome',
      description: 'Reads the outcome of a build of a pair',
      timeout: FUNCTION_TIMEOUT.outcome,
      memorySize: FUNCTION_MEMORY_MIB.outcome,
      environment: { ...env } satisfies OutcomeEnv,
      logRetention,
      grants: [readDocuments(bucket), findDocuments(bucket)],
    })
    this.prune = handler(this, 'Prune', {
      program: 'prune',
      description: 'Deletes mirrored tags that neither the list nor the source has',
      timeout: FUNCTION_TIMEOUT.prune,
      memorySize: FUNCTION_MEMORY_MIB.prune,
      environment: { ...registries.settings, ...env } satisfies PruneEnv,
      logRetention,
      // Those of a list that prunes come with its repositories.
      grants: [],
      network: registries.network,
    })
    this.report = handler(this, 'Report', {
      program: 'report',
      description:
        'Counts the outcomes of a run, and writes its report, the state of the mirror and the alert',
      timeout: FUNCTION_TIMEOUT.report,
      memorySize: FUNCTION_MEMORY_MIB.report,
      environment: {
        ...env,
        MIRROR_NAME: Stack.of(this).stackName,
        METRICS_BY_TARGET: props.metersTargets === true ? 'true' : 'false',
      } satisfies ReportEnv,
      logRetention,
      grants: [
        readDocuments(bucket),
        writeDocuments(bucket),
        findDocuments(bucket),
        keepFreshness(bucket),
        keepState(bucket),
        ...keepStatus(bucket),
      ],
    })
    const roleOf = ({ role }: LambdaFunction): Role => role as Role
    this.roles = {
      plan: roleOf(this.plan),
      resolve: roleOf(this.resolve),
      diff: roleOf(this.diff),
      prune: roleOf(this.prune),
    }
  }
}

interface HandlerProps {
  readonly program: Program
  readonly description: string
  readonly timeout: Duration
  readonly memorySize: number
  readonly environment: Record<string, string>
  readonly logRetention: RetentionDays
  readonly grants: readonly Grant[]
  readonly network?: Network | undefined
}

function handler(scope: Construct, id: string, props: HandlerProps): LambdaFunction {
  const { program, logRetention, grants, network, ...rest } = props
  const logGroup = new LogGroup(scope, `${id}Log`, {
    retention: logRetention,
    removalPolicy: RemovalPolicy.DESTROY,
  })
  // https://docs.aws.amazon.com/lambda/latest/dg/permissions-managed-policies.html
  const role = serviceRole(scope, `${id}Role`, {
    service: 'lambda.amazonaws.com',
    conditioned: network === undefined,
    description: `${rest.description}, for image-mirror`,
  })
  logGroup.grantWrite(role)
  grantAll(role, grants)
  acknowledgeWildcards(role, ['*'], 'X-Ray actions have no resource-level permissions')
  const made = new LambdaFunction(scope, id, {
    ...rest,
    tracing: Tracing.ACTIVE,
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    code: Code.fromAsset(programFolder(program)),
    handler: 'index.handler',
    logGroup,
    role,
  })
  if (network !== undefined) join(made, role, network)
  return made
}

/**
 * Does not use the function's own `vpc`: it expects subnets as constructs, and importing the IDs of a list causes a
 * warning.
 */
function join(made: LambdaFunction, role: Role, network: Network): void {
  grantInterfacesToLambda(role)
  const resource = made.node.defaultChild as CfnFunction
  resource.vpcConfig = vpcConfig(network)
  if (network.ready !== undefined) made.node.addDependency(network.ready)
}
