import { App, Stack } from 'aws-cdk-lib'
import { Annotations, Match } from 'aws-cdk-lib/assertions'
import { expect, test } from 'vitest'
import { PushMirror } from '../../infra/push-mirror.ts'
import { only, resourcesOf } from './templates.ts'

function stackIn(region: string): Stack {
  const stack = new Stack(new App({ builtinCloudFormationValidation: false }), 'Test', { env: { region } })
  new PushMirror(stack, 'Pushes', { repositories: ['team/*', 'base'], home: 'us-east-1' })
  return stack
}

test('sends the pushes of its region to the bus of the home region', () => {
  const { EventPattern, Targets } = only(resourcesOf(stackIn('eu-west-1')), 'AWS::Events::Rule').Properties
  expect(EventPattern.region).toEqual(['eu-west-1'])
  expect(EventPattern.detail['repository-name']).toEqual([{ prefix: 'team/' }, 'base'])
  expect(JSON.stringify(Targets)).toContain(':us-east-1:')
})

test('reports an instance in the home region, where it would send pushes twice', () => {
  Annotations.fromStack(stackIn('us-east-1')).hasError(
    '/Test/Pushes',
    Match.stringLikeRegexp('^home: .*remove it'),
  )
})
