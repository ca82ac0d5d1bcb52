// Commands that `doctor` prints: for the same mirror, with the same profile.
import { expect, test } from 'vitest'
import { roles } from '../../../../cli/deployed/doctor/checks/roles.ts'
import {
  awsCommand,
  type Context,
  cdkCommand,
  deployCommand,
} from '../../../../cli/deployed/doctor/context.ts'

function contextOf(stack: string, place: object, list: object = {}): Context {
  const deployed = { mirror: { stack, region: 'us-east-1', place } }
  return { deployed, list: async () => list } as unknown as Context
}

test('names the profile in commands of aws and of the CDK', () => {
  const context = contextOf('ImageMirror-prod', { profile: 'my team' })
  expect(awsCommand(context, 'kms list-keys')).toBe(
    "aws kms list-keys --region us-east-1 --profile 'my team'",
  )
  expect(cdkCommand(context, 'bootstrap')).toBe("npx cdk bootstrap --profile 'my team'")
  expect(deployCommand(context)).toBe("npx cdk deploy --all -c name=prod --profile 'my team'")
})

test('names no profile that was not given', () => {
  expect(deployCommand(contextOf('ImageMirror', {}))).toBe('npx cdk deploy --all')
  expect(deployCommand(contextOf('Own', {}))).toBe('npx cdk deploy --all')
})

test('tries a role in the same mirror', async () => {
  const role = 'arn:aws:iam::210987654321:role/mirror'
  const place = { profile: 'prod', region: 'us-east-1', name: 'images' }
  const [finding] = await roles.run(contextOf('ImageMirror-images', place, { targets: { other: { role } } }))
  expect(finding?.command).toBe(
    'npx image-mirror start --dry-run --profile prod --region us-east-1 --name images',
  )
})
