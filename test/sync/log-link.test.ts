// The link to the log, for alerts.
import { expect, test } from 'vitest'
import { buildLink } from '../../sync/log-link.ts'

test('links the log of a build in the console', () => {
  expect(buildLink('arn:aws:codebuild:eu-west-1:123456789012:build/mirror-sync:b1e6661e-e4f2')).toBe(
    'https://eu-west-1.console.aws.amazon.com/codesuite/codebuild/123456789012/projects/mirror-sync/build/mirror-sync%3Ab1e6661e-e4f2/log?region=eu-west-1',
  )
})

test('knows the consoles of other partitions', () => {
  const arn = 'arn:aws-us-gov:codebuild:us-gov-west-1:123456789012:build/sync:1'
  expect(buildLink(arn)).toContain('https://us-gov-west-1.console.amazonaws-us-gov.com/codesuite/')
})

test.each([undefined, '', 'not an arn'])('has no link outside CodeBuild (%s)', (arn) => {
  expect(buildLink(arn)).toBeUndefined()
})
