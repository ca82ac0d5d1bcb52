import { expect, test } from 'vitest'
import { versionFinding } from '../../../../../cli/deployed/doctor/checks/stack.ts'
import type { Context } from '../../../../../cli/deployed/doctor/context.ts'

const CONTEXT = { deployed: { mirror: { stack: 'ImageMirror', place: {} } } } as unknown as Context

test.each([
  ['1.10.0', '1.9.0', 'Update this program'],
  ['1.0.0', '1.0.0-rc.1', 'Update this program'],
  ['1.0.0-rc.1', '1.0.0', 'Deploy this version'],
  ['1.9.0', '1.10.0', 'Deploy this version'],
  ['unknown', '1.0.0', 'Deploy this version'],
  [undefined, '1.0.0', 'Deploy this version'],
])('with %s deployed, %s says: %s', (deployed, own, words) => {
  expect(versionFinding(deployed, own, CONTEXT)).toMatchObject({
    status: 'warning',
    remedy: expect.stringContaining(words),
  })
})

test('the same version is ok', () => {
  expect(versionFinding('1.0.0', '1.0.0', CONTEXT).status).toBe('ok')
})
