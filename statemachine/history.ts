/**
 * The maximum length of the history of an image's child execution. Step Functions ends an execution at 25,000 events
 * (https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html), which cannot be caught. A test counts the
 * worst case in the definition:
 *
 *   one attempt of a function     3 events: scheduled, started, and its end
 *   one build                     4 events: scheduled, started, submitted, and its end
 *   a rejected build              3 events: scheduled, started, submit failed
 *   any state, its first and last 2 events: entered, exited
 *
 *   Diff, tried 27 times          2 + 27 x 3                    =  83, if it is in a VPC
 *   one build, tried 14 times     2 + 11 x 3 + 3 x 4            =  47
 *   its outcome, read 3 times     2 + 3 x 3                     =  11, and 2 for the choice after it
 *   9 rounds, and 8 waits         9 x 60 + 8 x (2 + 2)          = 572
 *   the rest of the pair          2 (choice) + 2 (end) + 2 (its iteration) = 6
 *   a pair                                                        661
 *
 *   Resolve, tried 27 times       2 + 27 x 3                    =  83, if it is in a VPC
 *   the Maps of two waves         4 + 2 x (2 + 4)               =  16
 *   the rest of the image         2 (end) + 2 (execution)       =   4
 *
 * so at most 103 + 661 events per target.
 */

/** The event count at which Step Functions ends an execution. */
export const HISTORY_LIMIT = 25_000
/** Events of an image besides its pairs. */
export const IMAGE_EVENTS = 103
/** Events of a pair whose every attempt fails in the most expensive way. */
export const PAIR_EVENTS = 661

/** 19,933 for 30 targets. */
export function longestHistory(targets: number): number {
  return IMAGE_EVENTS + PAIR_EVENTS * targets
}
