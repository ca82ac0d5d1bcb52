import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { initCommand } from '../../../cli/init/command.ts'
import { init } from '../../../cli/init/init.ts'
import { readList } from '../../../cli/read-list.ts'
import manifest from '../../../package.json' with { type: 'json' }
import { parsed } from '../parsed.ts'

const FILES = ['.gitignore', 'app.ts', 'cdk.json', 'mirror.yaml', 'package.json', 'tsconfig.json']

let parent: string
let folder: string
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'init-'))
  folder = join(parent, 'my mirror')
})
afterEach(() => rm(parent, { recursive: true }))

async function run(...flags: string[]) {
  let out = ''
  const stdout = { write: (text: string) => (out += text) } as unknown as NodeJS.WriteStream
  const status = await init(parsed(initCommand, [folder, ...flags]), { stdout, stderr: stdout })
  return { status, out }
}

test('writes an app with a valid list, and prints the next three commands', async () => {
  const { status, out } = await run()
  expect(status).toBe(0)
  expect((await readdir(folder)).sort()).toEqual(FILES)
  expect((await readList(join(folder, 'mirror.yaml'))).images).toHaveLength(2)
  expect(out).toContain(`  cd '${folder}' && npm install\n  npx cdk bootstrap`)
  expect(out).toMatch(/\n {2}npx cdk deploy\n$/)
})

test('pins this version of the package, and the versions that it is tested with', async () => {
  await run()
  const { dependencies, devDependencies } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'))
  expect(dependencies['image-mirror']).toBe(manifest.version)
  for (const version of Object.values({ ...dependencies, ...devDependencies }))
    expect(version).toMatch(/^\d+\.\d+\.\d+$/)
})

test('refuses to overwrite a file, and writes nothing', async () => {
  await run()
  await rm(join(folder, 'app.ts'))
  await writeFile(join(folder, 'mirror.yaml'), 'mine')
  await expect(run()).rejects.toThrow('already has mirror.yaml, package.json')
  expect(await readFile(join(folder, 'mirror.yaml'), 'utf8')).toBe('mine')
  expect(await readdir(folder)).not.toContain('app.ts')
})

test('--json prints the names of the files', async () => {
  const { out } = await run('--json')
  expect(JSON.parse(out).files.sort()).toEqual(FILES)
})
