// The compute types of builds, by region.
import { App, Stack } from 'aws-cdk-lib'
import { expect, test } from 'vitest'
import { computeSettings, parseCompute } from '../../infra/compute.ts'
import { BUILD_RUNNING } from '../../statemachine/timeouts.ts'

function stackIn(region?: string): Stack {
  return new Stack(new App(), 'Test', region === undefined ? {} : { env: { region } })
}

test("instances have the workflow's build timeout", () => {
  const { timeLimit, timeouts } = computeSettings(stackIn('me-south-1'), 'ec2')
  expect(timeLimit).toBe(BUILD_RUNNING)
  expect(timeouts.timeout).toBe(timeLimit)
})

test.each([
  'af-south-1',
  'ap-east-2',
  'ap-southeast-4',
  'ca-west-1',
  'eu-central-2',
  'mx-central-1',
  'us-gov-east-1',
  'us-gov-west-1',
])('instances are x86 in %s, where CodeBuild has no ARM', (region) => {
  const settings = computeSettings(stackIn(region), 'ec2')
  const arm = computeSettings(stackIn('eu-west-1'), 'ec2')
  expect(settings.environment.buildImage).toMatchObject({
    type: 'LINUX_CONTAINER',
    imageId: expect.stringContaining('x86_64-standard:6.0'),
  })
  expect({ ...settings, environment: undefined }).toEqual({ ...arm, environment: undefined })
})

test.each(['eu-west-1', 'cn-north-1', 'me-south-1', undefined])('instances are ARM in %s', (region) => {
  const { environment } = computeSettings(stackIn(region), 'ec2')
  expect(environment.buildImage).toMatchObject({ type: 'ARM_CONTAINER' })
})

test('Lambda compute has its fixed limit of 15 minutes', () => {
  const { timeLimit, timeouts } = computeSettings(stackIn('eu-west-1'), 'lambda')
  expect(timeLimit.toMinutes()).toBe(15)
  expect(timeouts).toEqual({})
})

test.each(['me-south-1', 'us-west-1', 'cn-north-1', 'us-gov-west-1'])(
  '%s has no Lambda compute',
  (region) => {
    expect(() => computeSettings(stackIn(region), 'lambda')).toThrow(
      expect.objectContaining({
        name: 'InvalidInput',
        message: expect.stringMatching(
          new RegExp(`${region} lacks; use compute: 'ec2', or one of .*eu-west-1`),
        ),
      }),
    )
  },
)

test('refuses Lambda compute with a VPC in every region, but not instances', () => {
  expect(() => computeSettings(stackIn('eu-west-1'), 'lambda', { inVpc: true })).toThrow(
    expect.objectContaining({
      name: 'InvalidInput',
      message: expect.stringMatching(
        /compute: 'lambda' cannot be combined with vpc, .* use compute: 'ec2', or remove vpc/,
      ),
    }),
  )
  expect(computeSettings(stackIn('eu-west-1'), 'ec2', { inVpc: true })).toEqual(
    computeSettings(stackIn('eu-west-1'), 'ec2'),
  )
})

test('warns of a stack without a known region, but does not refuse it', () => {
  const stack = stackIn()
  computeSettings(stack, 'lambda')
  expect(JSON.stringify(stack.node.metadata)).toContain('set env.region')
})

test.each(['fargate', '', 'EC2'])('refuses compute "%s"', (text) => {
  expect(() => parseCompute(text)).toThrow(`compute: "${text}" is invalid; use ec2 or lambda`)
})
