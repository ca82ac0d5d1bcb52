import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { digestOfInputs } from '../../../local/cloudformation/synth-inputs.ts'
import { parseList } from '../../../mirror/list/parse-list.ts'

const list = parseList('regions: [eu-west-1]\nimages: [redis]', 'list.yaml')
let root: string
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'inputs-'))
  const project = join(import.meta.dirname, '../../..')
  const parts = ['copy', 'infra', 'lambdas', 'mirror', 'registry', 'statemachine', 'store', 'sync']
  for (const part of [...parts, 'cdk.json', 'package-lock.json']) {
    await cp(join(project, part), join(root, part), { recursive: true })
  }
})
afterAll(() => rm(root, { recursive: true, force: true }))

test('is the same for the same inputs, whatever the list was written like', async () => {
  const again = parseList('{"images": ["redis"], "regions": ["eu-west-1"]}', 'list.json')
  expect(await digestOfInputs(again, root)).toBe(await digestOfInputs(list, root))
})

test.each(['infra/app.ts', 'lambdas/plan.ts', 'sync/main.ts', 'registry/new.ts', 'package-lock.json'])(
  'changes with %s',
  async (file) => {
    const before = await digestOfInputs(list, root)
    await writeFile(join(root, file), '// changed')
    expect(await digestOfInputs(list, root)).not.toBe(before)
  },
)

test('changes with the list', async () => {
  const other = parseList('regions: [eu-west-1]\nimages: [redis:7]', 'list.yaml')
  expect(await digestOfInputs(other, root)).not.toBe(await digestOfInputs(list, root))
})
