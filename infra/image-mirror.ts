/** The construct that others import: everything that keeps one list of images present in its regions. */
import { Lazy } from 'aws-cdk-lib'
import type { Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch'
import type { ISecurityGroup } from 'aws-cdk-lib/aws-ec2'
import type { Grant, IGrantable } from 'aws-cdk-lib/aws-iam'
import type { IFunction } from 'aws-cdk-lib/aws-lambda'
import { RetentionDays } from 'aws-cdk-lib/aws-logs'
import type { IBucket } from 'aws-cdk-lib/aws-s3'
import type { ScheduleExpression } from 'aws-cdk-lib/aws-scheduler'
import type { ITopic } from 'aws-cdk-lib/aws-sns'
import type { IQueue } from 'aws-cdk-lib/aws-sqs'
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions'
import { STEPFUNCTIONS_USE_DISTRIBUTED_MAP_RESULT_WRITER_V2 } from 'aws-cdk-lib/cx-api'
import { Construct } from 'constructs'
import type { ImageEntry, List } from '../mirror/list/config.ts'
import { isFromSeveral } from '../mirror/list/push.ts'
import { NO_SCHEDULE } from '../mirror/list/schedule.ts'
import { tellWhenNotFresh } from './alerts/alarms.ts'
import { failureTopic, safetyNet } from './alerts/alerts.ts'
import { beforeSynthesis } from './before-synthesis.ts'
import { type Compute, computeSettings } from './compute.ts'
import { Functions } from './functions.ts'
import { accessOf, ownTargets } from './iam/access.ts'
import { grantPull } from './iam/pull.ts'
import { grantAccess, listAsset, type Roles } from './list/images.ts'
import { type InlineListProps, listFrom, withImages } from './list/mirror-list.ts'
import { registrySettings } from './list/registry-settings.ts'
import { warnOfAuthorities } from './list/warnings.ts'
import { type MetricName, runMetric } from './metrics.ts'
import { type NetworkProps, networkOf } from './network.ts'
import { reporting } from './problems.ts'
import { stateMachine } from './state-machine.ts'
import { workBucket } from './storage.ts'
import { syncProject } from './sync-project.ts'
import { startByPush } from './triggers/pushes.ts'
import { scheduleOf, startBySchedule } from './triggers/schedules.ts'
import { keepUndelivered } from './triggers/undelivered.ts'

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

/** What the synthesis of the images needs of the construct. */
interface Parts {
  readonly machine: StateMachine
  readonly topic: ITopic
  readonly undelivered: IQueue
  readonly roles: Roles
}

/** Keeps the images of a list present, with the same digest, in Amazon ECR in every region of the list. */
export class ImageMirror extends Construct {
  /** The state machine. It runs the whole list when it is started with `{}`. */
  readonly stateMachine: StateMachine
  /** Receives one message for each run that failed. */
  readonly failureTopic: ITopic
  /** Holds the documents of the runs of the last 30 days, `report.json` among them. */
  readonly workBucket: IBucket
  /** Reads the lists that executions name. Grant it access to a bucket of yours to keep lists there. */
  readonly planFunction: IFunction
  /** The security groups of the builds and of the function that ask sources. Empty without a VPC. */
  readonly securityGroups: readonly ISecurityGroup[]
  readonly #props: ImageMirrorProps
  readonly #given: List
  readonly #added: ImageEntry[] = []
  #listUrl: string | undefined

  constructor(scope: Construct, id: string, props: ImageMirrorProps) {
    super(scope, id)
    // Without it CDK drops the Map's result writer, and does not say so: https://github.com/aws/aws-cdk/issues/35966
    this.node.setContext(STEPFUNCTIONS_USE_DISTRIBUTED_MAP_RESULT_WRITER_V2, true)
    const { logRetention = RetentionDays.ONE_MONTH, maxConcurrentImages = 10 } = props
    const list = listFrom(this, props)
    reporting(this, undefined, () => warnOfAuthorities(this, list))
    const network = reporting(this, undefined, () => networkOf(this, list, props))
    const settings = reporting(this, {}, () => registrySettings(list))
    const shared = { registrySettings: settings, network, logRetention }
    const inVpc = network !== undefined
    const compute = reporting(this, undefined, () => computeSettings(this, props.compute ?? 'ec2', { inVpc }))
    const bucket = workBucket(this)
    const topic = failureTopic(this)
    const functions = new Functions(this, 'Functions', {
      bucket,
      listUrl: Lazy.string({ produce: () => this.#listUrl }),
      settlesPushes: isFromSeveral(list),
      ...shared,
    })
    const sync = syncProject(this, {
      bucket,
      ...shared,
      compute: compute ?? computeSettings(this, 'ec2'),
      // One build for each image: regions of one image are never the same region.
      writersPerRegion: Math.min(maxConcurrentImages, props.maxConcurrentBuilds ?? maxConcurrentImages),
      ...(props.maxConcurrentBuilds && { maxConcurrentBuilds: props.maxConcurrentBuilds }),
    })
    const { plan, resolve, diff, outcome, report } = functions
    const machine = stateMachine(this, logRetention, {
      plan,
      resolve,
      diff,
      outcome,
      sync: sync.project,
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
    this.#props = props
    this.#given = list
    this.stateMachine = machine
    this.failureTopic = topic
    this.workBucket = bucket
    this.planFunction = plan
    this.securityGroups = network?.securityGroups ?? []
    const parts = { machine, topic, undelivered, roles: { ...functions.roles, sync: sync.role } }
    beforeSynthesis(this, () => this.#synthesizeImages(parts))
  }

  /**
   * Adds an image to the list.
   * @param image - its reference, or an object with settings
   */
  addImage(image: ImageEntry): void {
    if (this.#listUrl !== undefined)
      throw new Error('addImage: the app is being synthesized; add images before that')
    this.#added.push(image)
  }

  /** Lets somebody start runs, with any input. */
  grantStart(grantee: IGrantable): Grant {
    return this.stateMachine.grantStartExecution(grantee)
  }

  /** Lets somebody pull the mirrored images, in all regions of the list. */
  grantPull(grantee: IGrantable): Grant {
    return grantPull(this, grantee, () => accessOf(this, this.#list(), this.#props.targetRepositories))
  }

  /** Pairs of an image and a target that failed. @default - the sum over an hour */
  metricFailedPairs(options?: MetricOptions): Metric {
    return this.#metric('Failed', options)
  }

  /** Pairs that were copied. @default - the sum over an hour */
  metricSyncedPairs(options?: MetricOptions): Metric {
    return this.#metric('Synced', options)
  }

  /** Pairs that were unchanged. @default - the sum over an hour */
  metricInSyncPairs(options?: MetricOptions): Metric {
    return this.#metric('InSync', options)
  }

  /** Pairs that wait for a rate limit until the next run. @default - the sum over an hour */
  metricDeferredPairs(options?: MetricOptions): Metric {
    return this.#metric('Deferred', options)
  }

  /** Bytes that were copied. @default - the sum over an hour */
  metricBytes(options?: MetricOptions): Metric {
    return this.#metric('Bytes', options)
  }

  /**
   * Hours since the pair of a schedule that was verified longest ago.
   * @param schedule - as the list has it, such as `rate(1 day)`
   * @default - the maximum over an hour
   */
  metricFreshness(schedule: string, options?: MetricOptions): Metric {
    return runMetric('Freshness', { stateMachineName: this.stateMachine.stateMachineName, schedule }, options)
  }

  #metric(name: MetricName, options?: MetricOptions): Metric {
    return runMetric(name, { stateMachineName: this.stateMachine.stateMachineName }, options)
  }

  /** With the images that were added so far. */
  #list(): List {
    return withImages(this, this.#given, this.#added)
  }

  #synthesizeImages({ machine, topic, undelivered, roles }: Parts): void {
    const schedule = reporting(this, undefined, () => scheduleOf(this.#given, this.#props))
    // As Plan is to see it: its runs are started with the schedule that they are about.
    const list = { ...this.#list(), schedule: schedule?.expressionString ?? NO_SCHEDULE }
    grantAccess(this, list, roles, this.#props.targetRepositories)
    const target = { machine, undelivered, topic }
    const schedules = reporting(this, [], () => startBySchedule(this, target, list, schedule))
    tellWhenNotFresh(this, { stateMachine: machine, topic, schedules })
    const { push } = list
    if (push)
      reporting(this, undefined, () => startByPush(this, { machine, undelivered }, push, ownTargets(list)))
    this.#listUrl = listAsset(this, list, roles).s3ObjectUrl
  }
}
