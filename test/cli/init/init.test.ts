import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { initCommand } from '../../../cli/init/command.ts'
import { init } from '../../../cli/init/init.ts'
import { ownFolder } from '../../../cli/init/origin.ts'
import { readList } from '../../../cli/read-list.ts'
import { planItems } from '../../../mirror/plan/plan.ts'
import manifest from '../../../package.json' with { type: 'json' }
import { documentOf } from '../documents.ts'
import { parsed } from '../parsed.ts'
import { screenOf } from '../terminal/screen.ts'

const FILES = ['.gitignore', 'app.ts', 'cdk.json', 'mirror.yaml', 'package.json', 'tsconfig.json']

let parent: string
let folder: string
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'init-'))
  folder = join(parent, 'my mirror')
})
afterEach(() => rm(parent, { recursive: true }))

/** Runs the package that npm installed into `client`, by default from a registry. */
async function run(...flags: string[]) {
  return runFrom(join(parent, 'client', 'node_modules', 'image-mirror'), ...flags)
}

async function runFrom(root: string, ...flags: string[]) {
  const { stream, text } = screenOf()
  const terminal = { stdout: stream, stderr: stream }
  const status = await init(parsed(initCommand, [folder, ...flags]), terminal, root)
  return { status, out: text() }
}

test('writes an app with a valid list, and prints the next three commands', async () => {
  const { status, out } = await run()
  expect(status).toBe(0)
  expect((await readdir(folder)).sort()).toEqual(FILES)
  expect((await readList(join(folder, 'mirror.yaml'))).images).toHaveLength(2)
  expect(out).toContain('\nEdit mirror.yaml, and then, with Node 22 or later:\n')
  expect(out).toContain(`  cd '${folder}' && npm install\n  npx cdk bootstrap`)
  expect(out).toMatch(/\n {2}npx cdk deploy\n$/)
})

test('the list names a repository as a run does', async () => {
  await run()
  const file = join(folder, 'mirror.yaml')
  const [item] = planItems({ list: await readList(file), file, account: undefined })
  expect(await readFile(file, 'utf8')).toContain(`: ${item?.repository}.\n`)
})

test('pins this version of the package, and the versions that it is tested with', async () => {
  await run()
  const { dependencies, devDependencies } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'))
  expect(dependencies['image-mirror']).toBe(manifest.version)
  for (const version of Object.values({ ...dependencies, ...devDependencies }))
    expect(version).toMatch(/^\d+\.\d+\.\d+$/)
})

test('requires the Node that the package requires', async () => {
  await run()
  expect(JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')).engines).toEqual(manifest.engines)
})

async function installedIn(app: string): Promise<string> {
  const { dependencies } = JSON.parse(await readFile(join(app, 'package.json'), 'utf8'))
  expect(dependencies['image-mirror']).toMatch(/^file:\.\./)
  return resolve(app, dependencies['image-mirror'].slice('file:'.length))
}

/** What npm writes when it installs a package. */
async function record(resolved: string): Promise<string> {
  const modules = join(parent, 'client', 'node_modules')
  await mkdir(modules, { recursive: true })
  const packages = { 'node_modules/image-mirror': { resolved } }
  await writeFile(join(modules, '.package-lock.json'), JSON.stringify({ packages }))
  return join(modules, 'image-mirror')
}

test('installs the tarball that the running package was installed from', async () => {
  const tarball = join(parent, 'image-mirror-0.1.0.tgz')
  await writeFile(tarball, '')
  const { out } = await runFrom(await record('file:../image-mirror-0.1.0.tgz'))
  expect(await installedIn(folder)).toBe(tarball)
  expect(out).not.toContain('npm pack')
})

test.each([
  ['a registry', 'https://registry.example.com/image-mirror-0.1.0.tgz'],
  ['a tarball that is gone', 'file:../gone.tgz'],
])('pins the version of a package from %s', async (_, resolved) => {
  await runFrom(await record(resolved))
  const { dependencies } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'))
  expect(dependencies['image-mirror']).toBe(manifest.version)
})

test('in a clone, packs the clone and installs its tarball', async () => {
  const { out } = await runFrom(ownFolder())
  const clone = dirname(await installedIn(folder))
  expect(out).toContain(`\n  (cd ${clone} && npm pack)\n  cd `)
  expect(JSON.parse(await readFile(join(clone, 'package.json'), 'utf8')).name).toBe(manifest.name)
})

test('refuses to overwrite a file, and writes nothing', async () => {
  await run()
  await rm(join(folder, 'app.ts'))
  await writeFile(join(folder, 'mirror.yaml'), 'mine')
  await expect(run()).rejects.toThrow('already has mirror.yaml, package.json')
  expect(await readFile(join(folder, 'mirror.yaml'), 'utf8')).toBe('mine')
  expect(await readdir(folder)).not.toContain('app.ts')
})

test('refuses a file in place of the folder', async () => {
  const file = join(folder, 'file')
  await mkdir(folder, { recursive: true })
  await writeFile(file, '')
  await expect(init({ folder: file, json: false }, process)).rejects.toThrow('file is a file; give the name')
  const below = init({ folder: join(file, 'app'), json: false }, process)
  await expect(below).rejects.toMatchObject({
    name: 'InvalidInput',
    message: expect.stringContaining('app is below a file'),
  })
})

test('--json prints the names of the files', async () => {
  const { out } = await run('--json')
  expect(documentOf('init', out).files.sort()).toEqual(FILES)
})

test('calls the folder where it runs by words', async () => {
  await run()
  const before = process.cwd()
  process.chdir(folder)
  folder = '.'
  try {
    await expect(run()).rejects.toThrow('this folder already has mirror.yaml')
  } finally {
    process.chdir(before)
  }
})
