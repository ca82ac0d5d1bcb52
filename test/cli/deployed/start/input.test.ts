// The input of an execution is checked before AWS is asked.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startCommand } from '../../../../cli/deployed/start/command.ts'
import { startInput } from '../../../../cli/deployed/start/input.ts'
import { parsed } from '../../parsed.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'start-'))
})
afterAll(() => rm(folder, { recursive: true }))

const inputOf = (...args: string[]) => startInput(parsed(startCommand, args))

test('takes images as a list has them', async () => {
  expect(await inputOf('redis:7.4', '--dry-run')).toEqual({ input: { images: ['redis:7.4'], dryRun: true } })
})

test('refuses an invalid image of the command line', async () => {
  await expect(inputOf('redis:7.4', 'Redis Bad')).rejects.toThrow(
    'the command line: images[1]: "Redis Bad" is not an image',
  )
})

test.each([
  ['- redis:7.4\n- Redis Bad\n', ':2: images[1]: "Redis Bad" is not an image'],
  ['images:\n  - Redis Bad\n', ':2: images[0]: "Redis Bad" is not an image'],
])('refuses an invalid image of a list with its line: %j', async (text, words) => {
  const file = join(folder, 'list.yaml')
  await writeFile(file, text)
  await expect(inputOf('--list', file)).rejects.toThrow(`${file}${words}`)
})
