// Synthesizes each example against the packed package, as its README describes.
import { cp, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { PROJECT_ROOT } from '../../infra/bundle.ts'
import { type FreshApp, freshApp } from './fresh-app.ts'

const EXAMPLES = join(PROJECT_ROOT, 'examples')
const NAMES = ['inside-a-stack', 'plain', 'push-from-two-regions']

let app: FreshApp
beforeAll(async () => {
  app = await freshApp(['tsx@4'])
})
afterAll(() => app?.[Symbol.asyncDispose]())

test('every example is tested here, and listed in their README', async () => {
  const entries = await readdir(EXAMPLES, { withFileTypes: true })
  const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name)
  expect(folders.sort()).toEqual(NAMES)
  const page = await readFile(join(EXAMPLES, 'README.md'), 'utf8')
  for (const name of NAMES) expect(page).toContain(`](${name}/app.ts)`)
})

test.each(NAMES)('%s synthesizes', async (name) => {
  const folder = join(app.folder, name)
  await cp(join(EXAMPLES, name), folder, { recursive: true })
  await app.run(
    'npx',
    'tsc',
    '--noEmit',
    '--ignoreConfig',
    '--module',
    'nodenext',
    '--types',
    'node',
    '--strict',
    `${name}/app.ts`,
  )
  const { app: start } = JSON.parse(await readFile(join(folder, 'cdk.json'), 'utf8')) as { app: string }
  await app.run('sh', '-c', `cd ${name} && npx cdk synth --quiet --app '${start}' --output out`)
  const made = await readdir(join(folder, 'out'))
  expect(made.filter((file) => file.endsWith('.template.json')).length).toBeGreaterThan(0)
})
