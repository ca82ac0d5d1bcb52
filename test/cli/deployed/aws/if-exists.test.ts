import { expect, test } from 'vitest'
import { ifExists } from '../../../../cli/deployed/aws/if-exists.ts'

const failing = (name: string) => Promise.reject(Object.assign(new Error('no'), { name }))

test('a result passes through', async () => {
  expect(await ifExists(Promise.resolve(1), 'NoSuchKey')).toBe(1)
})

test.each(['NoSuchKey', 'NoSuchBucket'])('%s means that the resource is missing', async (name) => {
  expect(await ifExists(failing(name), 'NoSuchKey', 'NoSuchBucket')).toBeUndefined()
})

test('other errors are thrown', async () => {
  await expect(ifExists(failing('AccessDenied'), 'NoSuchKey')).rejects.toThrow('no')
})
