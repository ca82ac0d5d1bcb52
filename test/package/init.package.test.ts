// `image-mirror init` with the packed package: the app that it writes synthesizes and type-checks.
import { access, appendFile, readdir, readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type FreshApp, freshApp, nodePackage } from './fresh-app.ts'

let app: FreshApp
beforeAll(async () => {
  app = await freshApp(['tsx@4'])
})
afterAll(() => app?.[Symbol.asyncDispose]())

test('the app that init writes synthesizes, and its types are right', async () => {
  expect(await app.run('npx', 'image-mirror', 'init', 'mine')).toContain('npx cdk deploy')
  await app.run('npx', 'tsc', '--project', 'mine')
  await app.run('sh', '-c', 'cd mine && npx cdk synth --quiet --output out')
  expect(await readdir(join(app.folder, 'mine', 'out'))).toContain('ImageMirror.template.json')
})

test('the app that init writes installs the tarball of the package', async () => {
  const { dependencies } = JSON.parse(await app.read('mine/package.json'))
  await access(resolve(app.folder, 'mine', dependencies['image-mirror'].replace(/^file:/, '')))
})

test("the app is deployed to the list's home", async () => {
  const mine = join(app.folder, 'mine')
  await appendFile(join(mine, 'mirror.yaml'), '\nhome: eu-west-1\n')
  await app.run('sh', '-c', 'cd mine && npx cdk synth --quiet --output moved')
  const { artifacts } = JSON.parse(await readFile(join(mine, 'moved/manifest.json'), 'utf8'))
  expect(artifacts.ImageMirror.environment).toBe('aws://unknown-account/eu-west-1')
})

test('the commands for a deployed mirror load the clients that they need', async () => {
  const environment = 'AWS_ENDPOINT_URL=http://127.0.0.1:1 AWS_REGION=us-east-1 AWS_ACCESS_KEY_ID=x'
  const command = `${environment} AWS_SECRET_ACCESS_KEY=x AWS_MAX_ATTEMPTS=1 npx image-mirror status 2>&1; true`
  expect(await app.run('sh', '-c', command)).toMatch(/^AWS cannot be reached: /)
})

test('an older Node gets one sentence from the construct and from the command line', async () => {
  // Only here, because npx prefers the Node that is installed in the app.
  await app.run('npm', 'install', '--no-save', '--no-audit', '--no-fund', nodePackage(20))
  app.useNode(20)
  const sentence = /image-mirror requires Node 22 or later, but this is v20\./
  await expect(app.run('node', '--eval', "require('image-mirror')")).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^image-mirror requires Node 22 or later, but this is v20\.[\d.]+\n$/),
  })
  const imported = app.run(
    'node',
    '--input-type=module',
    '--eval',
    "import { ImageMirror } from 'image-mirror'",
  )
  await expect(imported).rejects.toThrow(sentence)
  await expect(app.run('npx', 'image-mirror', 'validate')).rejects.toMatchObject({
    code: 2,
    stderr: expect.stringMatching(sentence),
  })
})
