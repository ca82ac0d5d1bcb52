/**
 * How long each part may take before it counts as hung. Every task has a timeout, and so has the machine; a test
 * holds the sum of the worst cases against it.
 */
import { Duration } from 'aws-cdk-lib'

/** What a function itself is given. Resolve pages through all tags of a source, Report reads the results of all pairs. */
export const FUNCTION_TIMEOUT = {
  plan: Duration.minutes(5),
  resolve: Duration.minutes(15),
  diff: Duration.minutes(5),
  outcome: Duration.minutes(1),
  report: Duration.minutes(15),
} as const

/** A function's own timeout comes first: its error says more than `States.Timeout` does. */
export const INVOKE_MARGIN = Duration.seconds(30)

/** How long a build may wait for its turn: five builds are ahead of it at most, for each that may run. */
export const BUILD_QUEUED = Duration.hours(2)

/** How long a build may run: 140 GB of one pair at 20 MB/s. */
export const BUILD_RUNNING = Duration.hours(2)

/** Both, and a quarter of an hour for CodeBuild to provision, to finish and to tell. */
export const SYNC_TIMEOUT = Duration.minutes(255)

export const PUBLISH_TIMEOUT = Duration.minutes(1)

/**
 * One image whose every pair meets every worst case: 9 rounds of Sync with all their retries (6.5 days) and the waits
 * between them (8 x 6 h), which is 8.8 days; for the home region, and in 6 turns of 5 for 29 others. That is 62 days;
 * the rest is for being one of many. A task that hangs is ended by its own timeout, long before.
 */
export const RUN_TIMEOUT = Duration.days(90)
