/** The schedules that start runs: one for the whole list, and one for each schedule of single images. */
import { Duration, RemovalPolicy } from 'aws-cdk-lib'
import {
  ContextAttribute,
  Schedule,
  ScheduleExpression,
  ScheduleGroup,
  ScheduleTargetInput,
  TimeWindow,
} from 'aws-cdk-lib/aws-scheduler'
import { StepFunctionsStartExecution } from 'aws-cdk-lib/aws-scheduler-targets'
import type { ITopic } from 'aws-cdk-lib/aws-sns'
import type { IQueue } from 'aws-cdk-lib/aws-sqs'
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions'
import type { Construct } from 'constructs'
import type { ExecutionInput } from '../../mirror/execution-input.ts'
import type { List } from '../../mirror/list/config.ts'
import { placesOf } from '../../mirror/list/elsewhere/place.ts'
import { longForm } from '../../mirror/list/entry.ts'
import { DEFAULT_SCHEDULE, NO_SCHEDULE, scheduleProblem } from '../../mirror/list/schedule.ts'
import { invalidInput } from '../problems.ts'
import { alarmOnLostStarts } from './dead-letter-queue.ts'
import { shortestPause } from './period.ts'

interface ScheduleProps {
  readonly schedule?: ScheduleExpression | string
  readonly scheduled?: boolean
}

/** The list's schedule as deployed, or undefined if it has none. @throws InvalidInput */
export function scheduleOf(
  { schedule = DEFAULT_SCHEDULE }: List,
  { schedule: given, scheduled }: ScheduleProps,
): ScheduleExpression | undefined {
  if (scheduled === false) return undefined
  const text = (typeof given === 'string' ? given : given?.expressionString) ?? schedule
  if (text === NO_SCHEDULE) return undefined
  const problem = given === undefined ? undefined : scheduleProblem(text)
  if (problem === undefined) return typeof given === 'object' ? given : expressionOf(text)
  throw invalidInput(`schedule: "${text}" is not a schedule: ${problem}`)
}

/**
 * The state machine that a schedule starts, its dead-letter queue, and the topic that reports a start that could not
 * even be queued.
 */
export interface ScheduleTarget {
  readonly machine: IStateMachine
  readonly undelivered: IQueue
  readonly topic: ITopic
}

/**
 * Each schedule needs a schedule and an alarm, and a stack has at most 500 resources:
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
 */
const MAX_SCHEDULES = 200

/**
 * Creates the schedules and returns their expressions. Schedules guarantee convergence; pushes are only a shortcut,
 * because events are delivered on a best-effort basis.
 */
export function startBySchedule(
  scope: Construct,
  target: ScheduleTarget,
  list: List,
  whole: ScheduleExpression | undefined,
): readonly string[] {
  const own = list.images.map((entry) => longForm(entry).schedule ?? whole?.expressionString)
  // Images elsewhere may have the schedule of the list.
  const expressions = placesOf(list).length === 0 ? own : [whole?.expressionString, ...own]
  const wanted = new Set(expressions.filter((text) => text !== undefined))
  const made = [...wanted]
  if (made.length === 0) return made
  if (made.length > MAX_SCHEDULES) throw tooMany(made.length)
  const parts = { ...target, group: groupOf(scope, target.topic) }
  if (whole !== undefined && wanted.delete(whole.expressionString)) {
    schedule(scope, 'Schedule', parts, whole, 'Mirrors all images without a schedule of their own')
  }
  for (const text of wanted) {
    // A construct ID must not contain a slash.
    const id = `Schedule ${text.replaceAll('/', ':')}`
    schedule(scope, id, parts, expressionOf(text), `Mirrors the images with the schedule ${text}`)
  }
  return made
}

function tooMany(count: number): Error {
  const message =
    `the images of the list have ${count} different schedules, and a mirror can have at most ${MAX_SCHEDULES}; ` +
    'use the same schedule for images with similar intervals'
  return invalidInput(message)
}

/** EventBridge Scheduler's metrics are per group, and its default group is shared with other schedules. */
function groupOf(scope: Construct, topic: ITopic): ScheduleGroup {
  const group = new ScheduleGroup(scope, 'Schedules', { removalPolicy: RemovalPolicy.DESTROY })
  alarmOnLostStarts(scope, group, topic)
  return group
}

/** The input names the schedule; the list maps it to images. */
function schedule(
  scope: Construct,
  id: string,
  { machine, undelivered, group }: ScheduleTarget & { readonly group: ScheduleGroup },
  expression: ScheduleExpression,
  description: string,
): void {
  const input: ExecutionInput = {
    schedule: expression.expressionString,
    due: ContextAttribute.scheduledTime,
  }
  const made = new Schedule(scope, id, {
    description,
    scheduleGroup: group,
    schedule: expression,
    timeWindow: windowOf(expression.expressionString),
    target: new StepFunctionsStartExecution(machine, {
      input: ScheduleTargetInput.fromObject(input),
      deadLetterQueue: undelivered,
      maxEventAge: usefulFor(expression.expressionString),
    }),
  })
  // A rate schedule starts its first run immediately, which needs all permissions of the state machine.
  made.node.addDependency(machine)
}

/**
 * The maximum age of a start. The next run does the same work, so an outage leads to one run instead of all missed
 * ones. Capped at EventBridge Scheduler's limit.
 */
function usefulFor(expression: string): Duration {
  const pause = shortestPause(expression)
  return pause === undefined || pause.toDays({ integral: false }) > 1 ? Duration.days(1) : pause
}

/** Registries are busiest on the full hour, so starts are spread. Schedules in minutes are exact. */
function windowOf(expression: string): TimeWindow {
  return /minute/.test(expression) ? TimeWindow.off() : TimeWindow.flexible(Duration.minutes(15))
}

function expressionOf(text: string): ScheduleExpression {
  return ScheduleExpression.expression(text)
}
