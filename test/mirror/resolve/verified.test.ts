// Where signatures are checked among what Resolve does.
import { expect, test } from 'vitest'
import type { Remembered } from '../../../mirror/resolve/memory/remembered.ts'
import { type ResolveOptions, resolveImage, type Wanted } from '../../../mirror/resolve/resolve.ts'
import type { Verdict, Verifier } from '../../../mirror/verify/verifier.ts'
import { RegistryError } from '../../../registry/model/errors.ts'
import { digestOf, sourceOf } from './sources.ts'

const KEY = { key: 'awskms:///arn' }

function verifierOf(verdicts: Readonly<Record<string, Verdict | Error>>): Verifier {
  return {
    id: 'rules',
    find: async () => ({ candidates: [] }),
    async check(digest) {
      const name = Object.keys(verdicts).find((one) => digestOf(one) === digest) ?? ''
      const verdict = verdicts[name] ?? { is: 'verified' }
      if (verdict instanceof Error) throw verdict
      return verdict
    },
  }
}

function resolve(options: ResolveOptions, settings: Wanted['settings'] = { verify: KEY }) {
  const source = sourceOf({
    tags: { '1': 'a', '2': 'index' },
    platforms: { index: ['amd64'] },
    referrers: { a: ['sbom'], index: ['log'] },
  })
  const image = {
    image: 'redis',
    select: { include: ['1', '2'], exclude: [] },
    settings,
  }
  return resolveImage(source, image, options).then((resolved) => ({ resolved, asked: source.asked }))
}

test('nothing of an image that is not verified is read or handed on', async () => {
  const verifier = verifierOf({ index: { is: 'unsigned', reason: 'no artifact is about it' } })
  const { resolved, asked } = await resolve({ verifier })
  expect(resolved.tags.map(({ tag }) => tag)).toEqual(['1'])
  expect(resolved.artifacts.map(({ subject }) => subject)).toEqual([digestOf('a')])
  expect(resolved.failed).toMatchObject([{ tag: '2', digest: digestOf('index'), name: 'SignatureMissing' }])
  expect(asked.filter((request) => request.startsWith('GET'))).toEqual([])
})

test('rules without a verifier are an error, not a pass', async () => {
  await expect(resolve({})).rejects.toThrow('"verify" is set, but no verifier was given')
})

test.each([{ verify: 'none' as const }, {}])('with %j, nobody is asked', async (settings) => {
  const { resolved } = await resolve({ verifier: verifierOf({ a: new Error('asked') }) }, settings)
  expect(resolved.tags).toHaveLength(2)
  expect(resolved.failed).toBeUndefined()
})

test('what was verified before a rate limit is remembered, besides what was known', async () => {
  const before: Remembered = { digests: [digestOf('old')], indexes: {}, platforms: {} }
  let stored: Remembered | undefined
  const run = resolve({
    verifier: verifierOf({ index: new RegistryError('slow down', { kind: 'rateLimited' }) }),
    remembered: before,
    async remember(next) {
      stored = next
    },
  })
  await expect(run).rejects.toMatchObject({ kind: 'rateLimited' })
  expect(stored).toEqual({
    ...before,
    verified: { verifier: 'rules', digests: [digestOf('a')], refused: {} },
  })
})

test('an immutable tag that was verified is not asked about again, and other rules check it again', async () => {
  const source = sourceOf({ tags: { '1': 'a' } })
  const found: string[] = []
  let remembered: Remembered | undefined
  const run = async (id: string) => {
    source.asked.length = 0
    found.length = 0
    const verifier: Verifier = {
      ...verifierOf({}),
      id,
      async find(digest) {
        found.push(digest)
        return { candidates: [] }
      },
    }
    const select = { include: ['1'], exclude: [], immutable: ['1'] }
    const { tags } = await resolveImage(
      source,
      { image: 'redis', select, settings: { verify: KEY } },
      {
        verifier,
        remembered,
        async remember(next) {
          remembered = next
        },
      },
    )
    expect(tags).toHaveLength(1)
  }
  await run('rules')
  await run('rules')
  expect([source.asked, found]).toEqual([[], []])
  await run('others')
  expect([source.asked, found]).toEqual([[], [digestOf('a')]])
})
