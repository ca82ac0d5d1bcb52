// Credential helpers, with real programs in the PATH.
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openDockerConfig } from '../../../registry/credentials/docker-config.ts'
import { parseReference } from '../../../registry/model/reference.ts'
import type { Credentials } from '../../../registry/model/registry.ts'

let home: string
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'home-'))
  await mkdir(join(home, '.docker'))
})
afterEach(() => rm(home, { recursive: true }))

const config = () => openDockerConfig({ environment: { PATH: `${home}:${process.env.PATH}` }, home })

async function ask(image: string, from = config()): Promise<Credentials | undefined> {
  return from.credentials(parseReference(image))
}

async function configure(document: unknown): Promise<void> {
  await writeFile(join(home, '.docker', 'config.json'), JSON.stringify(document))
}

/** A helper that records its calls, and then runs the script. */
async function helper(name: string, script: string): Promise<void> {
  const path = join(home, `docker-credential-${name}`)
  await writeFile(path, `#!/bin/sh\nread -r server\necho "$# $1 $server" >> "${home}/calls"\n${script}\n`)
  await chmod(path, 0o755)
}

async function calls(): Promise<string[]> {
  return (await readFile(join(home, 'calls'), 'utf8')).trim().split('\n')
}

const ANSWER = `echo '{"ServerURL": "x", "Username": "me", "Secret": "s3cret"}'`

test('runs a helper with the argument "get" and the host on stdin', async () => {
  await helper('vault', ANSWER)
  await configure({ credHelpers: { 'ghcr.io': 'vault' } })
  expect(await ask('ghcr.io/a/b')).toEqual({ username: 'me', password: 's3cret' })
  expect(await calls()).toEqual(['1 get ghcr.io'])
})

test('uses the helpers’ own name for Docker Hub', async () => {
  await helper('store', ANSWER)
  await configure({ credsStore: 'store' })
  expect(await ask('redis')).toEqual({ username: 'me', password: 's3cret' })
  expect(await calls()).toEqual(['1 get https://index.docker.io/v1/'])
})

test('prefers the host’s helper to the store, and the store to the file', async () => {
  await helper('vault', ANSWER)
  await helper('store', `echo '{"Username": "store", "Secret": "s"}'`)
  await configure({
    credHelpers: { 'ghcr.io': 'vault' },
    credsStore: 'store',
    auths: { 'quay.io': { auth: Buffer.from('file:f').toString('base64') } },
  })
  expect((await ask('ghcr.io/a/b'))?.username).toBe('me')
  expect((await ask('quay.io/a/b'))?.username).toBe('store')
})

test('runs a helper once per registry', async () => {
  await helper('store', ANSWER)
  await configure({ credsStore: 'store' })
  const one = config()
  await Promise.all(['ghcr.io/a/b', 'ghcr.io/a/c', 'quay.io/x'].map((image) => ask(image, one)))
  expect((await calls()).sort()).toEqual(['1 get ghcr.io', '1 get quay.io'])
})

test('uses the file’s entry if the store has none', async () => {
  await helper('store', 'echo "credentials not found in native keychain"; exit 1')
  await configure({
    credsStore: 'store',
    auths: { 'quay.io': { username: 'u', password: 'p' }, 'ghcr.io': {} },
  })
  expect(await ask('quay.io/a/b')).toEqual({ username: 'u', password: 'p' })
  expect(await ask('ghcr.io/a/b')).toBeUndefined()
})

test.each([
  ['is missing', undefined, 'the program is not in the PATH'],
  ['fails', 'echo "the keyring is locked"; exit 1', 'the keyring is locked'],
  ['fails without output', 'exit 3', 'it exited with status 3'],
  ['writes invalid output', 'echo "hello s3cret"', 'its output is not JSON'],
])('reports a helper that %s', async (_, script, words) => {
  if (script !== undefined) await helper('vault', script)
  await configure({ credHelpers: { 'ghcr.io': 'vault' } })
  const error: unknown = await ask('ghcr.io/a/b').catch((thrown: unknown) => thrown)
  const { message = '' } = error instanceof Error ? error : {}
  expect(message).toContain('docker-credential-vault')
  expect(message).toContain(words)
  expect(message).not.toContain('s3cret')
})

test.each(['../vault', 'vault; touch pwned', '$(touch pwned)', '-x', ''])(
  'refuses to run a helper with the name "%s"',
  async (name) => {
    await configure({ credHelpers: { 'ghcr.io': name } })
    const asked = ask('ghcr.io/a/b')
    if (name === '') return expect(await asked).toBeUndefined()
    await expect(asked).rejects.toThrow('the name is invalid')
  },
)

test('does not pass a repository name to a shell', async () => {
  await helper('vault', ANSWER)
  await configure({ credsStore: 'vault' })
  await ask('localhost:5000/team/app')
  expect(await calls()).toEqual(['1 get localhost:5000'])
})
