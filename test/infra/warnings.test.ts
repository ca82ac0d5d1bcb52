import { App, Stack } from 'aws-cdk-lib'
import { Annotations, Match } from 'aws-cdk-lib/assertions'
import { expect, test } from 'vitest'
import { warnOfTargets } from '../../infra/warnings.ts'
import { parseList } from '../../mirror/parse-list.ts'

function warningsFor(...images: unknown[]) {
  const stack = new Stack(new App(), 'Test')
  warnOfTargets(stack, parseList(JSON.stringify({ regions: ['us-east-1'], images }), 'list.json'))
  return Annotations.fromStack(stack).findWarning('*', Match.anyValue())
}

test('an image that would fail because of its target is told at synth, with the fix', () => {
  const [warning, ...others] = warningsFor('redis:7', {
    source: 'quay.io/team/app:1',
    repository: 'Team/App',
  })
  expect(others).toEqual([])
  expect(warning?.entry.data).toContain('quay.io/team/app:1 will fail')
  expect(warning?.entry.data).toContain('such as "team/app"')
})

test('a list without such an image is not talked about', () => {
  expect(warningsFor('redis:7')).toEqual([])
})
