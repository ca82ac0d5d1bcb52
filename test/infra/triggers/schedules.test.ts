// Schedules, and the images of their runs.
import type { Stack } from 'aws-cdk-lib'
import { ScheduleExpression } from 'aws-cdk-lib/aws-scheduler'
import { Topic } from 'aws-cdk-lib/aws-sns'
import { Queue } from 'aws-cdk-lib/aws-sqs'
import { StateMachine } from 'aws-cdk-lib/aws-stepfunctions'
import { expect, test } from 'vitest'
import { scheduleOf, startBySchedule } from '../../../infra/triggers/schedules.ts'
import { planItems } from '../../../mirror/plan/plan.ts'
import { parseInput } from '../../../mirror/plan/run-list.ts'
import { grantsOf, listOf, ofType, only, resourcesOf, testStack } from '../templates.ts'

const ARN = 'arn:aws:states:us-east-1:111122223333:stateMachine:mirror'
const MIXED = listOf({
  images: [
    'redis:7',
    { source: 'nginx:1', schedule: 'rate(1 hour)' },
    { source: 'alpine:3', schedule: 'cron(0/15 3 ? * MON-FRI *)' },
    { source: 'busybox:1', schedule: 'rate(1 hour)' },
    { source: 'debian:12', schedule: 'rate(1 day)' },
  ],
})

function targetIn(stack: Stack) {
  const machine = StateMachine.fromStateMachineArn(stack, 'Machine', ARN)
  return { machine, undelivered: new Queue(stack, 'Undelivered'), topic: new Topic(stack, 'Topic') }
}

function schedulesOf(list = MIXED, props: Parameters<typeof scheduleOf>[1] = {}) {
  const stack = testStack()
  startBySchedule(stack, targetIn(stack), list, scheduleOf(list, props))
  return ofType(resourcesOf(stack), 'AWS::Scheduler::Schedule').map(({ Properties }) => Properties)
}

/** The input of each schedule, by its expression. */
function startedBy(schedules: ReturnType<typeof schedulesOf>) {
  return Object.fromEntries(
    schedules.map(({ ScheduleExpression: expression, Target }) => {
      const { schedule } = parseInput(JSON.parse(Target.Input))
      const items = planItems({ list: MIXED, file: 'input', schedule })
      return [expression, items.map(({ image }) => image)]
    }),
  )
}

test('each schedule starts the images that have it, and the whole list is shared out among them', () => {
  expect(startedBy(schedulesOf())).toEqual({
    'rate(1 day)': ['redis:7', 'debian:12'],
    'rate(1 hour)': ['nginx:1', 'busybox:1'],
    'cron(0/15 3 ? * MON-FRI *)': ['alpine:3'],
  })
})

test('a list with images elsewhere has its schedule for them, whatever its own images have', () => {
  const images = [{ source: 'nginx:1', schedule: 'rate(1 hour)' }]
  const expressions = (settings: object) =>
    schedulesOf(listOf({ images, ...settings })).map(({ ScheduleExpression: expression }) => expression)
  expect(expressions({}).sort()).toEqual(['rate(1 hour)'])
  expect(expressions({ imagesFrom: 'ssm:/mirror/images' }).sort()).toEqual(['rate(1 day)', 'rate(1 hour)'])
  expect(expressions({ images: [], imagesFrom: 'ssm:/mirror/images' })).toEqual(['rate(1 day)'])
})

test('a list that says nothing of schedules has one, once a day', () => {
  const [one, ...others] = schedulesOf(listOf())
  expect(others).toEqual([])
  expect(one).toMatchObject({
    ScheduleExpression: 'rate(1 day)',
    FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 15 },
    Target: { Arn: ARN, Input: '{"schedule":"rate(1 day)","due":"<aws.scheduler.scheduled-time>"}' },
  })
})

test('only EventBridge Scheduler may assume the role of all schedules', () => {
  const stack = testStack()
  startBySchedule(stack, targetIn(stack), MIXED, scheduleOf(MIXED, {}))
  const { Properties } = only(resourcesOf(stack), 'AWS::IAM::Role')
  expect(Properties.AssumeRolePolicyDocument.Statement).toMatchObject([
    {
      Principal: { Service: 'scheduler.amazonaws.com' },
      Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
    },
  ])
})

test('a run that could not be started is kept, by the role of its schedule', () => {
  const [one] = schedulesOf(listOf())
  expect(one.Target.DeadLetterConfig.Arn).toEqual({
    'Fn::GetAtt': [expect.stringMatching(/^Undelivered/), 'Arn'],
  })
  const stack = testStack()
  startBySchedule(stack, targetIn(stack), listOf(), scheduleOf(listOf(), {}))
  expect(grantsOf(resourcesOf(stack), 'SchedulerRole')).toEqual([
    `states:StartExecution ${ARN}`,
    expect.stringMatching(/^sqs:SendMessage <Undelivered\w+\.Arn>$/),
  ])
})

test('the schedules have a group of their own, which tells of starts that could not even be kept', () => {
  const stack = testStack()
  startBySchedule(stack, targetIn(stack), MIXED, scheduleOf(MIXED, {}))
  const resources = resourcesOf(stack)
  const { Name } = only(resources, 'AWS::Scheduler::ScheduleGroup').Properties
  const groups = ofType(resources, 'AWS::Scheduler::Schedule').map(({ Properties }) => Properties.GroupName)
  expect(groups).toEqual([Name, Name, Name])
  const { Dimensions } = only(resources, 'AWS::CloudWatch::Alarm').Properties
  expect(Dimensions).toEqual([{ Name: 'ScheduleGroup', Value: Name }])
})

test('a list without schedules has nothing of the kind', () => {
  const stack = testStack()
  const off = listOf({ schedule: 'off' })
  expect(startBySchedule(stack, targetIn(stack), off, scheduleOf(off, {}))).toEqual([])
  const resources = resourcesOf(stack)
  expect(ofType(resources, 'AWS::Scheduler::ScheduleGroup')).toEqual([])
  expect(ofType(resources, 'AWS::CloudWatch::Alarm')).toEqual([])
})

test.each([
  ['rate(10 minutes)', 10 * 60],
  ['rate(6 hours)', 6 * 3600],
  ['cron(0 3,15 * * ? *)', 12 * 3600],
  ['rate(1 day)', 24 * 3600],
  ['cron(0 3 ? * SAT *)', 24 * 3600],
  ['cron(0 3 1 * ? *)', 24 * 3600],
])('a start of %s is tried until the next one is due, or for a day: %i seconds', (schedule, seconds) => {
  const [one] = schedulesOf(listOf({ schedule }))
  expect(one.Target.RetryPolicy).toEqual({ MaximumEventAgeInSeconds: seconds, MaximumRetryAttempts: 185 })
})

test('a schedule in minutes means them', () => {
  const [one] = schedulesOf(listOf({ schedule: 'rate(10 minutes)' }))
  expect(one).toMatchObject({ FlexibleTimeWindow: { Mode: 'OFF' } })
})

test.each<[string, Record<string, unknown>, Parameters<typeof scheduleOf>[1], string | undefined]>([
  ["the list's", { schedule: 'rate(2 days)' }, {}, 'rate(2 days)'],
  ["the list's, when it is off", { schedule: 'off' }, {}, undefined],
  [
    "the construct's, before the list's",
    { schedule: 'off' },
    { schedule: ScheduleExpression.cron({ hour: '3', minute: '0' }) },
    'cron(0 3 * * ? *)',
  ],
  ['none, where the construct says so', { schedule: 'rate(2 days)' }, { scheduled: false }, undefined],
])('the schedule is %s', (_what, settings, props, expected) => {
  expect(scheduleOf(listOf(settings), props)?.expressionString).toBe(expected)
})

test('without a schedule of the list, images keep their own', () => {
  const schedules = schedulesOf(MIXED, { scheduled: false })
  expect(schedules.map(({ ScheduleExpression: expression }) => expression)).toEqual([
    'rate(1 hour)',
    'cron(0/15 3 ? * MON-FRI *)',
    'rate(1 day)',
  ])
})

test('fails for a schedule that cannot be meant', () => {
  const schedule = ScheduleExpression.expression('every day')
  expect(() => scheduleOf(listOf(), { schedule })).toThrow(
    expect.objectContaining({ name: 'InvalidInput', message: expect.stringContaining('"every day"') }),
  )
})
