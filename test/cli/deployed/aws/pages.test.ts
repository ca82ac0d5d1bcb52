import { expect, test } from 'vitest'
import { pagesOf } from '../../../../cli/deployed/aws/pages.ts'
import { ask } from '../../../../cli/deployed/aws/problem.ts'

const asking = <T>(action: string, request: Promise<T>) => ask(action, request, undefined)

async function* failing() {
  yield 1
  yield 2
  throw Object.assign(new Error('no'), { name: 'AccessDenied' })
}

test('reads every page, and explains the error of a later one', async () => {
  const found: number[] = []
  const read = async () => {
    for await (const page of pagesOf(asking, 's3:ListBucket', failing())) found.push(page)
  }
  await expect(read()).rejects.toMatchObject({ name: 'AwsProblem', permission: 's3:ListBucket' })
  expect(found).toEqual([1, 2])
})
