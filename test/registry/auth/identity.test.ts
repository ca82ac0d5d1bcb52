import { expect, test } from 'vitest'
import { anonymous, withPassword } from '../../../registry/auth/identity.ts'

const user = { username: 'robot', password: 'secret' }

test('distinguishes identities by a key that reveals nothing', () => {
  const keys = [user, { ...user, password: 'other' }, { ...user, username: 'other' }].map(withPassword)
  expect(new Set([...keys, anonymous].map(({ key }) => key)).size).toBe(4)
  expect(withPassword(user).key).toBe(withPassword({ ...user }).key)
  expect(withPassword(user).key).not.toMatch(/robot|secret/)
})

test('has no credentials if anonymous', async () => {
  expect(await anonymous.credentials()).toBeUndefined()
})
