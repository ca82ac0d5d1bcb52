import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Json } from '../../../local/json.ts'
import { StatesError } from '../../../local/states-error.ts'
import type { ExecutionEvent } from '../../../local/stepfunctions/engine.ts'
import { identify } from '../../../local/stepfunctions/execution.ts'
import { writeHistory } from '../../../local/stepfunctions/history.ts'
import { ARN, machine, task } from '../machines.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'history-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

test('records every step of the run, and the failures of its children', async () => {
  const file = join(folder, 'history.jsonl')
  const parent = identify(ARN, 'run')
  const history = writeHistory(file, parent)
  const events: ExecutionEvent[] = []
  let calls = 0
  const { execute } = machine(
    { StartAt: 'A', States: { A: task('a', { Retry: [{ ErrorEquals: ['Slow'] }], End: true }) } },
    async () => {
      calls += 1
      if (calls === 1) throw new StatesError('Slow', 'wait')
      return 'done'
    },
    undefined,
    events,
  )
  const input: Json = { image: { image: 'redis:7' }, target: { id: 'us-east-1' } }
  await execute(input, { name: 'run' })
  for (const event of events) history.onEvent(event)
  const child = { execution: identify(ARN, 'child', 'images') }
  for (const event of events) history.onEvent({ ...event, ...child })
  await history.close()
  const lines = (await readFile(file, 'utf8')).trimEnd().split('\n')
  const all = lines.map((line) => JSON.parse(line))
  expect(all.filter(({ execution }) => execution === 'run').map(({ type }) => type)).toEqual([
    'ExecutionStarted',
    'StateEntered',
    'StateFailed',
    'StateRetried',
    'StateExited',
    'ExecutionSucceeded',
  ])
  expect(all.filter(({ execution }) => execution === 'child')).toEqual([
    {
      time: expect.any(String),
      execution: 'child',
      type: 'StateFailed',
      state: 'A',
      image: 'redis:7',
      target: 'us-east-1',
      error: 'Slow',
      cause: 'wait',
    },
    expect.objectContaining({ type: 'StateRetried', attempt: 1 }),
  ])
})
