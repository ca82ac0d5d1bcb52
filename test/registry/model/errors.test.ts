import { expect, test } from 'vitest'
import { RegistryError, restate } from '../../../registry/model/errors.ts'

test('keeps messages on one line, bounded and free of terminal escapes', () => {
  const error = new RegistryError(`stored as \u001b[2J\nsha256:\u202e${'x'.repeat(100_000)}`, {
    kind: 'refused',
    code: `A\u0007B${'C'.repeat(10_000)}`,
  })
  expect(error.message).toMatch(/^stored as \[2J sha256: x+…$/)
  expect(error.message.length).toBeLessThan(3_000)
  expect(error.code).toMatch(/^A BC+…$/)
  expect(error.code?.length).toBeLessThan(100)
})

test('keeps the unchanged fields of a restated error', () => {
  const cause = new RegistryError('why', { kind: 'refused', status: 400, code: 'A', request: 'GET x' })
  const error = restate(cause, { kind: 'unavailable' })
  expect(error).toMatchObject({
    message: 'why',
    kind: 'unavailable',
    status: 400,
    code: 'A',
    request: 'GET x',
    cause,
  })
})
