/** The construct that others import: everything that keeps one list of images present in its regions. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ISecurityGroup } from 'aws-cdk-lib/aws-ec2'
import type { IFunction } from 'aws-cdk-lib/aws-lambda'
import { RetentionDays } from 'aws-cdk-lib/aws-logs'
import type { IBucket } from 'aws-cdk-lib/aws-s3'
import { Asset } from 'aws-cdk-lib/aws-s3-assets'
import type { ScheduleExpression } from 'aws-cdk-lib/aws-scheduler'
import type { ITopic } from 'aws-cdk-lib/aws-sns'
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions'
import { STEPFUNCTIONS_USE_DISTRIBUTED_MAP_RESULT_WRITER_V2 } from 'aws-cdk-lib/cx-api'
import { Construct } from 'constructs'
import type { List } from '../mirror/list/config.ts'
import { NO_SCHEDULE } from '../mirror/list/schedule.ts'
import { tellWhenNotFresh } from './alerts/alarms.ts'
import { failureTopic, safetyNet } from './alerts/alerts.ts'
import { type Compute, computeSettings } from './compute.ts'
import { Functions } from './functions.ts'
import { accessOf, ownTargets } from './iam/access.ts'
import { fitAccess } from './iam/fit.ts'
import { type InlineListProps, listFrom } from './mirror-list.ts'
import { type NetworkProps, networkOf } from './network.ts'
import { registrySettings } from './registry-settings.ts'
import { stateMachine } from './state-machine.ts'
import { workBucket } from './storage.ts'
import { syncProject } from './sync-project.ts'
import { startByPush } from './triggers/pushes.ts'
import { scheduleOf, startBySchedule } from './triggers/schedules.ts'
import { keepUndelivered } from './triggers/undelivered.ts'
import { warnOfAuthorities, warnOfTargets } from './warnings.ts'

export interface ImageMirrorProps extends InlineListProps, NetworkProps {
  /**
   * When images without a schedule of their own are mirrored: `rate(6 hours)`, `cron(0 3 * * ? *)` in UTC, or an
   * expression of CDK.
   * @default - the list's `schedule`; without one once a day, the first time right after the deployment
   */
  readonly schedule?: ScheduleExpression | string

  /**
   * False: only images that have a schedule of their own are mirrored by themselves.
   * @default true
   */
  readonly scheduled?: boolean

  /**
   * How many images are worked on at a time. Each may have `maxConcurrentRegions` functions or builds at work, and
   * builds beyond CodeBuild's quota for ARM/Small (L-5ED1D25B, often 1) wait for their turn: raise both together.
   * @default 10
   */
  readonly maxConcurrentImages?: number

  /**
   * How many regions of one image are worked on at a time.
   * @default 5
   */
  readonly maxConcurrentRegions?: number

  /**
   * How many builds may run at a time, for accounts in which others build too. CodeBuild then refuses further ones
   * instead of queueing them, and the workflow asks again.
   * @default - as many as the account's quota, and five times as many in the queue
   */
  readonly maxConcurrentBuilds?: number

  /**
   * What builds run on. `lambda` starts within seconds, and ends each build after 15 minutes: what is not done by then
   * is done by the next round. Not in every region, and not with a VPC.
   * @default ec2
   */
  readonly compute?: Compute

  /**
   * Names of the repositories that runs may write, where `*` stands for any characters. A run with a list of its
   * own can only write to these.
   * @default - everything behind the list's prefix, and the repositories that the list names
   */
  readonly targetRepositories?: readonly string[]

  /**
   * How long the logs of functions, builds and the state machine are kept.
   * @default RetentionDays.ONE_MONTH
   */
  readonly logRetention?: RetentionDays
}

export class ImageMirror extends Construct {
  /** Runs the list when it is started with `{}`, or what its input says. */
  readonly stateMachine: StateMachine
  /** Gets one message for each run that failed. */
  readonly failureTopic: ITopic
  /** Documents of the runs of the last 30 days. */
  readonly workBucket: IBucket
  /** What reads the lists that executions name: let it read a bucket of yours to keep lists there. */
  readonly planFunction: IFunction
  /** What asks sources, where it is in a VPC: let a registry there take connections from it. Empty without a VPC. */
  readonly securityGroups: readonly ISecurityGroup[]

  constructor(scope: Construct, id: string, props: ImageMirrorProps) {
    super(scope, id)
    // Without it CDK drops the Map's result writer, and does not say so: https://github.com/aws/aws-cdk/issues/35966
    this.node.setContext(STEPFUNCTIONS_USE_DISTRIBUTED_MAP_RESULT_WRITER_V2, true)
    const { logRetention = RetentionDays.ONE_MONTH, maxConcurrentImages = 10 } = props
    const given = listFrom(this, props)
    const schedule = scheduleOf(given, props)
    // As Plan is to see it: its runs are started with the schedule that they are about.
    const list = { ...given, schedule: schedule?.expressionString ?? NO_SCHEDULE }
    warnOfTargets(this, list)
    warnOfAuthorities(this, list)
    const access = fitAccess(this, accessOf(this, list, props.targetRepositories))
    const network = networkOf(this, list, props)
    const shared = { access, registrySettings: registrySettings(list), network, logRetention }
    const compute = computeSettings(this, props.compute ?? 'ec2', { inVpc: network !== undefined })
    const bucket = workBucket(this)
    const topic = failureTopic(this)
    const { plan, resolve, diff, outcome, report } = new Functions(this, 'Functions', {
      bucket,
      list: listAsset(this, list),
      ...shared,
    })
    const machine = stateMachine(this, logRetention, {
      plan,
      resolve,
      diff,
      outcome,
      sync: syncProject(this, {
        bucket,
        ...shared,
        compute,
        // One build for each image: regions of one image are never the same region.
        writersPerRegion: Math.min(maxConcurrentImages, props.maxConcurrentBuilds ?? maxConcurrentImages),
        ...(props.maxConcurrentBuilds && { maxConcurrentBuilds: props.maxConcurrentBuilds }),
      }),
      report,
      bucket,
      topic,
      maxConcurrentImages,
      maxConcurrentRegions: props.maxConcurrentRegions ?? 5,
      sourcesInVpc: network !== undefined,
    })
    const undelivered = keepUndelivered(this, {
      topic,
      what: 'a run could not be started, or could not be told of when it broke',
    })
    safetyNet(this, machine, { topic, undelivered })
    const schedules = startBySchedule(this, { machine, undelivered, topic }, list, schedule)
    tellWhenNotFresh(this, { stateMachine: machine, topic, schedules })
    if (list.push) startByPush(this, { machine, undelivered }, list.push, ownTargets(list))
    this.stateMachine = machine
    this.failureTopic = topic
    this.workBucket = bucket
    this.planFunction = plan
    this.securityGroups = network?.securityGroups ?? []
  }
}

/** The list goes with the code: what was deployed is what runs, and a change of it is a deployment. */
function listAsset(scope: Construct, list: List): Asset {
  const folder = mkdtempSync(join(tmpdir(), 'image-mirror-'))
  try {
    const path = join(folder, 'list.json')
    writeFileSync(path, JSON.stringify(list, undefined, 2))
    return new Asset(scope, 'List', { path })
  } finally {
    rmSync(folder, { recursive: true })
  }
}
