// Watching a run by the documents that it writes.
import { expect, test, vi } from 'vitest'
import type { Execution } from '../../../../cli/deployed/aws/executions.ts'
import { type WatchProps, watchRun } from '../../../../cli/deployed/run/watch.ts'
import { itemsOf } from '../../../mirror/lists.ts'

const RUN: Execution = {
  arn: 'arn:aws:states:us-east-1:123456789012:execution:mirror:nightly',
  run: 'nightly',
  status: 'SUCCEEDED',
  started: new Date(0),
}

async function watchedRun(images: number) {
  const keys = vi.fn(async function* (): AsyncGenerator<string> {})
  const onTooMany = vi.fn()
  const names = Array.from({ length: images }, (_, index) => `docker.io/library/app-${index}:1.0`)
  const plan = itemsOf({ regions: ['us-east-1', 'eu-west-1'], images: names })
  await watchRun({
    execution: RUN,
    executions: {
      describe: async () => RUN,
      children: async function* () {},
    } as unknown as WatchProps['executions'],
    documents: { find: async () => plan, keys } as unknown as WatchProps['documents'],
    onChange: () => {},
    onTooMany,
    pollMs: 1,
    signal: new AbortController().signal,
  })
  return { keys, onTooMany }
}

test('watches every pair of a run of 2,000', async () => {
  const { keys, onTooMany } = await watchedRun(1_000)
  expect(keys).toHaveBeenCalled()
  expect(onTooMany).not.toHaveBeenCalled()
})

test('says once that a longer run is followed without its pairs, and asks for none of them', async () => {
  const { keys, onTooMany } = await watchedRun(1_001)
  expect(onTooMany.mock.calls).toEqual([[2_002, 2_000]])
  expect(keys).not.toHaveBeenCalled()
})
