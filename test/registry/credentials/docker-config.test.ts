// Credential files: their precedence, the entry for a repository, and errors.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openDockerConfig } from '../../../registry/credentials/docker-config.ts'
import type { Helper } from '../../../registry/credentials/docker-config-helper.ts'
import { parseReference } from '../../../registry/model/reference.ts'

let home: string
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'home-'))
})
afterEach(() => rm(home, { recursive: true }))

function auth(user: string, password = `${user}'s`): { readonly auth: string } {
  return { auth: Buffer.from(`${user}:${password}`).toString('base64') }
}

async function write(path: string, content: unknown): Promise<void> {
  await mkdir(dirname(join(home, path)), { recursive: true })
  await writeFile(join(home, path), typeof content === 'string' ? content : JSON.stringify(content))
}

/** `$HOME` in a value stands for the test's home directory. */
async function userFor(image: string, environment: Record<string, string> = {}): Promise<string | undefined> {
  const variables = Object.entries(environment).map(([name, value]) => [name, value.replace('$HOME', home)])
  const config = openDockerConfig({ environment: Object.fromEntries(variables), home })
  return (await config.credentials(parseReference(image)))?.username
}

const FILES = {
  'named.json': 'REGISTRY_AUTH_FILE',
  'docker/config.json': 'DOCKER_CONFIG',
  'run/containers/auth.json': 'XDG_RUNTIME_DIR',
  '.config/containers/auth.json': 'nothing at all',
}
const VARIABLES = {
  REGISTRY_AUTH_FILE: '$HOME/named.json',
  DOCKER_CONFIG: '$HOME/docker',
  XDG_RUNTIME_DIR: '$HOME/run',
}

test('reads all files, those from the environment first', async () => {
  for (const [path, why] of Object.entries(FILES)) await write(path, { auths: { 'ghcr.io': auth(why) } })
  const left: Record<string, string> = { ...VARIABLES }
  const found: (string | undefined)[] = [await userFor('ghcr.io/a/b', left)]
  for (const name of Object.keys(VARIABLES)) {
    delete left[name]
    found.push(await userFor('ghcr.io/a/b', left))
  }
  expect(found).toEqual(Object.values(FILES))
})

test("reads Docker's file in the home directory", async () => {
  await write('.docker/config.json', { auths: { 'ghcr.io': auth('me') } })
  expect(await userFor('ghcr.io/a/b')).toBe('me')
})

test('continues with the next file if one has no entry for the registry', async () => {
  await write('named.json', { auths: { 'quay.io': auth('quay') } })
  await write('.docker/config.json', { auths: { 'ghcr.io': auth('me') } })
  expect(await userFor('ghcr.io/a/b', { REGISTRY_AUTH_FILE: '$HOME/named.json' })).toBe('me')
})

test('has no credentials without a file', async () => {
  expect(await userFor('ghcr.io/a/b')).toBeUndefined()
})

test.each([
  ['docker.io/library/redis', 'https://index.docker.io/v1/'],
  ['redis', 'docker.io'],
  ['redis', 'registry-1.docker.io'],
  ['index.docker.io/team/app', 'index.docker.io/v1/'],
  ['ghcr.io/a/b', 'GHCR.io'],
  ['ghcr.io/a/b', 'https://ghcr.io'],
  ['registry.example.com/a', 'https://registry.example.com/v2/'],
  ['127.0.0.1:5000/a', '127.0.0.1:5000'],
  ['quay.io/team/app', 'quay.io/team'],
])('finds for %s the entry for %s', async (image, key) => {
  await write('.docker/config.json', { auths: { [key]: auth('me') } })
  expect(await userFor(image)).toBe('me')
})

test.each([
  ['example.com.evil/a', 'example.com'],
  ['evil-example.com/a', 'example.com'],
  ['sub.example.com/a', 'example.com'],
  ['example.com/a', 'sub.example.com'],
  ['example.com:5000/a', 'example.com'],
  ['example.com/a', 'example.com:5000'],
  ['quay.io/teams/app', 'quay.io/team'],
  ['quay.io/team', 'quay.io/team/app'],
  ['example.com/https/a', 'https://'],
])('does not use for %s the entry for %s', async (image, key) => {
  await write('.docker/config.json', { auths: { [key]: auth('me') } })
  expect(await userFor(image)).toBeUndefined()
})

test('prefers the most specific entry', async () => {
  const auths = { 'quay.io': auth('all'), 'quay.io/team': auth('team'), 'quay.io/team/app': auth('app') }
  await write('.docker/config.json', { auths })
  const images = ['quay.io/team/app:1', 'quay.io/team/other', 'quay.io/else']
  expect(await Promise.all(images.map((image) => userFor(image)))).toEqual(['app', 'team', 'all'])
})

test('accepts colons in passwords and strips padding', async () => {
  await write('.docker/config.json', { auths: { 'ghcr.io': auth('me', 'a:b:c\0\0') } })
  const config = openDockerConfig({ environment: {}, home })
  const credentials = await config.credentials(parseReference('ghcr.io/a/b'))
  expect(credentials).toEqual({ username: 'me', password: 'a:b:c' })
})

test('sends an identity token to the token server', async () => {
  await write('.docker/config.json', { auths: { 'ghcr.io': { ...auth('me'), identitytoken: 'refresh' } } })
  const config = openDockerConfig({ environment: {}, home })
  const credentials = await config.credentials(parseReference('ghcr.io/a/b'))
  expect(credentials).toEqual({ username: '<token>', password: 'refresh' })
})

const SECRET = 'c2VjcmV0'

test.each([
  ['no JSON', `{"auths": {"ghcr.io": {"auth": "${SECRET}"`, 'is not JSON'],
  ['no user', { auths: { 'ghcr.io': { auth: SECRET } } }, 'the credentials for ghcr.io in'],
  ['a token that cannot be renewed', { auths: { 'ghcr.io': { registrytoken: SECRET } } }, 'registrytoken'],
  ['a helper that is not a string', { credHelpers: { 'ghcr.io': { name: 'x' } } }, 'is not a string'],
])('reports a file with %s by its path and without its secrets', async (_, content, words) => {
  await write('.docker/config.json', content)
  const error: unknown = await userFor('ghcr.io/a/b').catch((thrown: unknown) => thrown)
  const { message = '' } = error instanceof Error ? error : {}
  expect(error).toMatchObject({ kind: 'unauthorized' })
  expect(message).toContain(join(home, '.docker/config.json'))
  expect(message).toContain(words)
  expect(message).not.toContain(SECRET)
  expect(message).not.toContain('secret')
})

test('reports a missing file that REGISTRY_AUTH_FILE names', async () => {
  await expect(userFor('ghcr.io/a/b', { REGISTRY_AUTH_FILE: '$HOME/nowhere.json' })).rejects.toThrow(
    /nowhere\.json cannot be read: the file does not exist/,
  )
})

test('accepts an empty file', async () => {
  await write('.docker/config.json', '')
  expect(await userFor('ghcr.io/a/b')).toBeUndefined()
})

test('says which file or helper has the credentials', async () => {
  await write('.docker/config.json', {
    auths: { 'ghcr.io': auth('me') },
    credHelpers: { 'quay.io': 'kept', 'docker.io': 'empty' },
  })
  const helper: Helper = async (name) => (name === 'kept' ? { username: 'q', password: 'p' } : undefined)
  const config = openDockerConfig({ environment: {}, home, helper })
  const from = async (image: string) => (await config.locate(parseReference(image)))?.from
  const file = join(home, '.docker/config.json')
  expect(await from('ghcr.io/a/b')).toBe(file)
  expect(await from('quay.io/a/b')).toBe(`docker-credential-kept, which ${file} names`)
  expect(await from('redis')).toBeUndefined()
})
