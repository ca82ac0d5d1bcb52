/** The ImageMirror construct: keeps one list of images present at its targets. */
import { Annotations, Lazy, Stack } from 'aws-cdk-lib'
import type { Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch'
import type { ISecurityGroup } from 'aws-cdk-lib/aws-ec2'
import type { Grant, IGrantable } from 'aws-cdk-lib/aws-iam'
import type { IFunction } from 'aws-cdk-lib/aws-lambda'
import { type ILogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs'
import type { IBucket } from 'aws-cdk-lib/aws-s3'
import type { ScheduleExpression } from 'aws-cdk-lib/aws-scheduler'
import type { ITopic } from 'aws-cdk-lib/aws-sns'
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions'
import { STEPFUNCTIONS_USE_DISTRIBUTED_MAP_RESULT_WRITER_V2 } from 'aws-cdk-lib/cx-api'
import { Construct } from 'constructs'
import type { ImageEntry, List } from '../mirror/list/config.ts'
import { placesOf } from '../mirror/list/elsewhere/place.ts'
import { NO_SCHEDULE } from '../mirror/list/schedule.ts'
import { meteredTargets } from '../mirror/list/targets/metered.ts'
import { mutualPushes } from '../mirror/list/targets/mutual-pushes.ts'
import { chatTopic, failureTopic, safetyNet } from './alerts/alerts.ts'
import { beforeSynthesis } from './before-synthesis.ts'
import { type Compute, computeSettings } from './compute.ts'
import { Functions } from './functions.ts'
import { accessOf } from './iam/access.ts'
import { grantPull } from './iam/pull.ts'
import { grantAccess, listAsset, type Roles } from './list/images.ts'
import { type InlineListProps, listFrom, withImages } from './list/mirror-list.ts'
import { registrySettings } from './list/registry-settings.ts'
import { warnOfAuthorities } from './list/warnings.ts'
import { notifyChat } from './monitoring/chat.ts'
import { createDashboard, type DashboardProps } from './monitoring/dashboard.ts'
import { createFreshnessAlarms } from './monitoring/freshness-alarms.ts'
import { type MetricName, runMetric } from './monitoring/metrics.ts'
import { type NetworkProps, networkOf } from './network.ts'
import { reporting } from './problems.ts'
import { stateMachine } from './state-machine.ts'
import { workBucket } from './storage.ts'
import { syncProject } from './sync-project.ts'
import { createDeadLetterQueue } from './triggers/dead-letter-queue.ts'
import { startByPush } from './triggers/pushes.ts'
import { scheduleOf, startBySchedule } from './triggers/schedules.ts'

export interface ImageMirrorProps extends InlineListProps, NetworkProps {
  /**
   * When images without a schedule of their own are mirrored: `rate(6 hours)`, `cron(0 3 * * ? *)` in UTC, or a CDK
   * expression.
   * @default - the list's `schedule`; without one, once a day, the first time right after the deployment
   */
  readonly schedule?: ScheduleExpression | string

  /**
   * Whether images without a schedule of their own are mirrored on a schedule.
   * @default true
   */
  readonly scheduled?: boolean

  /**
   * The maximum number of images that are mirrored concurrently. Each may run `maxConcurrentRegions` functions or
   * builds. Builds beyond CodeBuild's quota for ARM/Small (L-5ED1D25B, often 1) are queued: raise both together.
   * @default 10
   */
  readonly maxConcurrentImages?: number

  /**
   * The maximum number of regions of one image that are mirrored concurrently.
   * @default 5
   */
  readonly maxConcurrentRegions?: number

  /**
   * The maximum number of concurrent builds, for accounts that run other builds too. CodeBuild then rejects further
   * builds instead of queueing them, and the workflow retries.
   * @default - the account's quota, with five times as many in the queue
   */
  readonly maxConcurrentBuilds?: number

  /**
   * The compute of builds. `lambda` starts within seconds and ends each build after 15 minutes; the next round
   * continues the copy. It is not available in every region, and not with a VPC.
   * @default ec2
   */
  readonly compute?: Compute

  /**
   * Names of the repositories that runs may write; `*` matches any characters. A run with its own list can write only
   * to these.
   * @default - all repositories below the list's prefix, and those that the list names
   */
  readonly targetRepositories?: readonly string[]

  /**
   * How long the logs of functions, builds and the state machine are kept.
   * @default RetentionDays.ONE_MONTH
   */
  readonly logRetention?: RetentionDays
}

/** The parts of the construct that synthesis of the images needs. */
interface Parts extends Omit<DashboardProps, 'schedules' | 'targets'> {
  readonly roles: Roles
}

/** Keeps the images of a list present, with the same digest, in every region and at every target of the list. */
export class ImageMirror extends Construct {
  /** The state machine. Started with `{}`, it mirrors the whole list. */
  readonly stateMachine: StateMachine
  /** Receives alerts: failures, recoveries, and runs that broke. */
  readonly failureTopic: ITopic
  /**
   * Receives the alerts for Amazon Q Developer in chat applications.
   * @default - none, without `alerts.chat` in the list
   */
  readonly chatTopic: ITopic | undefined
  /** Stores the documents of the last 30 days of runs, including `report.json`. */
  readonly workBucket: IBucket
  /** Has the logs of the builds, one stream for each. */
  readonly buildLogGroup: ILogGroup
  /**
   * Reads the lists that executions name. To keep lists in a bucket of your own, grant this function read access to it.
   */
  readonly planFunction: IFunction
  /** The security groups of the builds and functions that read from sources. Empty without a VPC. */
  readonly securityGroups: readonly ISecurityGroup[]
  readonly #props: ImageMirrorProps
  readonly #given: List
  readonly #added: ImageEntry[] = []
  /** Set when synthesis begins. */
  #complete: { readonly list: List; readonly url: string } | undefined

  constructor(scope: Construct, id: string, props: ImageMirrorProps) {
    super(scope, id)
    // Without this flag, CDK silently drops the Map's result writer: https://github.com/aws/aws-cdk/issues/35966
    this.node.setContext(STEPFUNCTIONS_USE_DISTRIBUTED_MAP_RESULT_WRITER_V2, true)
    const { logRetention = RetentionDays.ONE_MONTH, maxConcurrentImages = 10 } = props
    const list = listFrom(this, props)
    reporting(this, undefined, () => warnOfAuthorities(this, list))
    const network = reporting(this, undefined, () => networkOf(this, list, props))
    const settings = reporting(this, {}, () => registrySettings(list))
    const shared = { registrySettings: settings, network, logRetention }
    const inVpc = network !== undefined
    const hasOtherRegistries = Object.values(list.targets ?? {}).some((target) => !('account' in target))
    const compute = reporting(this, undefined, () => computeSettings(this, props.compute ?? 'ec2', { inVpc }))
    const bucket = workBucket(this)
    const topic = failureTopic(this)
    const chat = list.alerts?.chat === true ? chatTopic(this, topic) : undefined
    const functions = new Functions(this, 'Functions', {
      bucket,
      listUrl: Lazy.string({ produce: () => this.#complete?.url }),
      notesPushes: list.push !== undefined,
      readsElsewhere: placesOf(list).length > 0,
      metersTargets: list.metrics?.byTarget === true,
      hasOtherRegistries,
      ...shared,
    })
    const sync = syncProject(this, {
      bucket,
      ...shared,
      compute: compute ?? computeSettings(this, 'ec2'),
      // One build for each image: the regions of an image are distinct.
      writersPerRegion: Math.min(maxConcurrentImages, props.maxConcurrentBuilds ?? maxConcurrentImages),
      ...(props.maxConcurrentBuilds && { maxConcurrentBuilds: props.maxConcurrentBuilds }),
    })
    const { plan, resolve, diff, outcome, prune, report } = functions
    const machine = stateMachine(this, logRetention, {
      plan,
      resolve,
      diff,
      outcome,
      prune,
      sync: sync.project,
      report,
      bucket,
      topic,
      chatTopic: chat,
      maxConcurrentImages,
      repeat: list.alerts?.repeat,
      maxConcurrentRegions: props.maxConcurrentRegions ?? 5,
      sourcesInVpc: inVpc,
      targetsInVpc: inVpc && hasOtherRegistries,
    })
    const undelivered = createDeadLetterQueue(this, {
      topic,
      what: 'a run could not be started, or its failure could not be reported',
    })
    safetyNet(this, machine, { topic, chatTopic: chat, undelivered })
    this.#props = props
    this.#given = list
    this.stateMachine = machine
    this.failureTopic = topic
    this.chatTopic = chat
    this.workBucket = bucket
    this.buildLogGroup = sync.logGroup
    this.planFunction = plan
    this.securityGroups = network?.securityGroups ?? []
    const roles = { ...functions.roles, sync: sync.role }
    const parts = { machine, project: sync.project, topic, undelivered, bucket, roles }
    beforeSynthesis(this, () => this.#synthesizeImages(parts))
  }

  /**
   * Adds an image to the list.
   * @param image - its reference, or an object with settings
   */
  addImage(image: ImageEntry): void {
    if (this.#complete !== undefined) throw new Error('addImage: synthesis has begun; add images before it')
    this.#added.push(image)
  }

  /** Grants permission to start runs, with any input. */
  grantStart(grantee: IGrantable): Grant {
    return this.stateMachine.grantStartExecution(grantee)
  }

  /** Grants permission to pull the mirrored images, in all regions of the list. */
  grantPull(grantee: IGrantable): Grant {
    if (this.#given.regions.length === 0)
      throw new Error('grantPull: the list mirrors to no region; add "regions" to it')
    return grantPull(this, grantee, () =>
      accessOf(this, this.#complete?.list ?? this.#given, this.#props.targetRepositories),
    )
  }

  /** Pairs of an image and a target that failed. @default - the sum over an hour */
  metricFailedPairs(options?: MetricOptions): Metric {
    return this.#metric('Failed', options)
  }

  /**
   * Pairs of one target that failed. Only a list with `metrics.byTarget` has this metric.
   * @param target - the id of a target, such as `eu-west-1` or `harbor`
   * @default - the sum over an hour
   */
  metricFailedPairsAt(target: string, options?: MetricOptions): Metric {
    const { stateMachineName } = this.stateMachine
    return runMetric('Failed', { stateMachineName, target }, options)
  }

  /** Pairs that were copied. @default - the sum over an hour */
  metricSyncedPairs(options?: MetricOptions): Metric {
    return this.#metric('Synced', options)
  }

  /** Pairs that were unchanged. @default - the sum over an hour */
  metricInSyncPairs(options?: MetricOptions): Metric {
    return this.#metric('InSync', options)
  }

  /** Pairs that are deferred to the next run by a rate limit. @default - the sum over an hour */
  metricDeferredPairs(options?: MetricOptions): Metric {
    return this.#metric('Deferred', options)
  }

  /** Bytes that were copied. @default - the sum over an hour */
  metricBytes(options?: MetricOptions): Metric {
    return this.#metric('Bytes', options)
  }

  /**
   * Hours since the least recent verification of a pair of a schedule.
   * @param schedule - as in the list, such as `rate(1 day)`
   * @default - the maximum over an hour
   */
  metricFreshness(schedule: string, options?: MetricOptions): Metric {
    return runMetric('Freshness', { stateMachineName: this.stateMachine.stateMachineName, schedule }, options)
  }

  #metric(name: MetricName, options?: MetricOptions): Metric {
    return runMetric(name, { stateMachineName: this.stateMachine.stateMachineName }, options)
  }

  /** Among the mirrors of the app in the same account. */
  #refuseMutualPushes(): void {
    for (const other of this.node.root.node.findAll()) {
      if (!(other instanceof ImageMirror) || other === this) continue
      if (Stack.of(other).account !== Stack.of(this).account) continue
      const wrong = mutualPushes(this.#given, other.#given)
      if (wrong !== undefined) Annotations.of(this).addError(`push.repositories: ${wrong}`)
    }
  }

  #synthesizeImages({ roles, ...parts }: Parts): void {
    const { machine, topic, undelivered } = parts
    const schedule = reporting(this, undefined, () => scheduleOf(this.#given, this.#props))
    // Includes the schedule, because Plan matches it against the schedule that started the run.
    const whole = withImages(this, this.#given, this.#added)
    const list = { ...whole, schedule: schedule?.expressionString ?? NO_SCHEDULE }
    grantAccess(this, list, { roles, bucket: this.workBucket }, this.#props.targetRepositories)
    const target = { machine, undelivered, topic }
    const schedules = reporting(this, [], () => startBySchedule(this, target, list, schedule))
    createFreshnessAlarms(this, { stateMachine: machine, topic, schedules })
    const { push } = list
    if (push) startByPush(this, { machine, undelivered }, push)
    this.#refuseMutualPushes()
    this.#complete = { list, url: listAsset(this, list, roles).s3ObjectUrl }
    // Last, because they find all alarms.
    if (this.chatTopic !== undefined) notifyChat(this, this.chatTopic)
    if (list.dashboard ?? true) createDashboard(this, { ...parts, schedules, targets: meteredTargets(list) })
  }
}
