/**
 * Timeouts of the functions, the builds, the tasks and the state machine. A test checks the machine's timeout against
 * the sum of the worst cases.
 */
import { Duration } from 'aws-cdk-lib'

/** Timeouts of the functions. Resolve pages through all tags of a source; Report reads the results of all pairs. */
export const FUNCTION_TIMEOUT = {
  plan: Duration.minutes(5),
  resolve: Duration.minutes(15),
  diff: Duration.minutes(5),
  outcome: Duration.minutes(1),
  prune: Duration.minutes(15),
  report: Duration.minutes(15),
} as const

/** Lets a function's own timeout fire first, because its error says more than `States.Timeout`. */
export const INVOKE_MARGIN = Duration.seconds(30)

/** The maximum time in the queue: at most five builds wait for each running one. */
export const BUILD_QUEUED = Duration.hours(2)

/** The maximum duration of a build: 140 GB of one pair at 20 MB/s. */
export const BUILD_RUNNING = Duration.hours(2)

/** Queue time and duration, plus 15 minutes for CodeBuild to provision, finish and report. */
export const SYNC_TIMEOUT = Duration.minutes(255)

export const PUBLISH_TIMEOUT = Duration.minutes(1)

/**
 * The worst case of one image: for each pair, 9 rounds of Sync with all retries (6.5 days) and the waits between them
 * (8 x 6 h) take 8.9 days. The home region and 6 batches of 5 for 29 other targets take 63 days; the rest is for
 * queueing behind other images. A hung task reaches its own timeout long before.
 */
export const RUN_TIMEOUT = Duration.days(90)
