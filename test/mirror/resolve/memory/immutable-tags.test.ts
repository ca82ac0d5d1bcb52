// Immutable tags: what the source is asked in later runs, and what is copied again.
import { expect, test } from 'vitest'
import type { Select } from '../../../../mirror/contract.ts'
import type { Resolved } from '../../../../mirror/documents.ts'
import {
  NOTHING_REMEMBERED,
  type Remembered,
  rememberedSchema,
} from '../../../../mirror/resolve/memory/remembered.ts'
import { resolveImage } from '../../../../mirror/resolve/resolve.ts'
import { RegistryError } from '../../../../registry/model/errors.ts'
import { cosignTag, digestOf, type SourceContent, sourceOf } from '../sources.ts'

/** Several runs with one memory, which is stored between them. */
function runs(given: Partial<Select>) {
  const select = { include: [], exclude: [], ...given }
  let remembered: Remembered | undefined
  return {
    remembered: () => remembered,
    async run(content: SourceContent, more: Partial<Select> = {}) {
      const source = sourceOf(content)
      const resolved: Resolved = await resolveImage(
        source,
        { image: 'redis', select: { ...select, ...more } },
        {
          remembered: rememberedSchema.parse(remembered ?? NOTHING_REMEMBERED),
          remember: async (next) => {
            remembered = JSON.parse(JSON.stringify(next)) as Remembered
          },
        },
      )
      return { asked: source.asked, resolved, tags: resolved.tags.map(({ tag, digest }) => [tag, digest]) }
    },
  }
}

const TAGS = { 'v1.0.0': 'one', 'v1.1.0': 'two', latest: 'two' }

test('an immutable tag is asked for once, and resolves to the same digest in every run', async () => {
  const { run } = runs({ include: ['v1.0.0', 'v1.1.0'], immutable: ['/^v\\d/'] })
  const first = await run({ tags: TAGS })
  expect(first.asked).toContain('HEAD v1.0.0')
  const second = await run({ tags: TAGS })
  expect(second.asked).toEqual([])
  expect(second.resolved).toEqual(first.resolved)
})

test('2,000 immutable tags that a pattern selects cost the list of tags alone', async () => {
  const tags = Object.fromEntries(
    Array.from({ length: 2_000 }, (_, index) => [`v1.${index}.0`, `image ${index}`]),
  )
  const { run } = runs({ include: ['/^v/'], immutable: ['/^v\\d/'] })
  await run({ tags })
  const second = await run({ tags })
  expect(second.asked).toEqual(['tags'])
  expect(second.tags).toHaveLength(2_000)
})

test('2,000 immutable indexes are remembered by their first run, platforms included', async () => {
  const names = Array.from({ length: 2_000 }, (_, index) => `index ${index}`)
  const content = {
    tags: Object.fromEntries(names.map((name, index) => [`v1.${index}.0`, name])),
    platforms: Object.fromEntries(names.map((name) => [name, [`${name} amd64`, `${name} arm64`]])),
  }
  const { run } = runs({ include: ['/^v/'], immutable: ['/^v\\d/'] })
  await run(content)
  expect((await run(content)).asked).toEqual(['tags'])
})

test('other tags are asked for in every run', async () => {
  const { run } = runs({ include: ['v1.0.0', 'latest'], immutable: ['/^v\\d/'] })
  await run({ tags: TAGS })
  const { asked, tags } = await run({ tags: { 'v1.0.0': 'moved', latest: 'three' } })
  expect(asked).not.toContain('HEAD v1.0.0')
  expect(tags).toEqual([
    ['v1.0.0', digestOf('one')],
    ['latest', digestOf('three')],
  ])
})

test('keeps the order of the tags, recalled or not', async () => {
  const { run } = runs({ include: ['latest', 'v1.0.0'], immutable: ['/^v\\d/'] })
  const first = await run({ tags: TAGS })
  expect((await run({ tags: TAGS })).tags).toEqual(first.tags)
})

test('a new immutable tag is asked for', async () => {
  const { run } = runs({ include: ['/^v/'], immutable: ['/^v\\d/'] })
  await run({ tags: TAGS })
  const { asked, tags } = await run({ tags: { ...TAGS, 'v1.2.0': 'three' } })
  expect(asked.filter((request) => request.startsWith('HEAD v'))).toEqual(['HEAD v1.2.0'])
  expect(tags).toContainEqual(['v1.2.0', digestOf('three')])
})

test('its artifacts are remembered with it, for a target that lost them', async () => {
  const content = {
    tags: { 'v1.0.0': 'index', [cosignTag('index', '.sig')]: 'signature' },
    platforms: { index: ['amd64'] },
    referrers: { index: ['sbom'], amd64: ['attestation'], sbom: ['signed sbom'] },
  }
  const { run } = runs({ include: ['v1.0.0'], immutable: ['v1.0.0'] })
  const first = await run(content)
  expect(first.resolved.artifacts).toHaveLength(4)
  const second = await run(content)
  expect(second.asked).toEqual([])
  expect(second.resolved.artifacts).toEqual(first.resolved.artifacts)
})

test('a tag whose artifacts the source does not list is asked for again', async () => {
  const failure = (request: string) =>
    request.startsWith('referrers') ? new RegistryError('no', { kind: 'unavailable' }) : undefined
  const { run } = runs({ include: ['v1.0.0'], immutable: ['v1.0.0'] })
  await run({ tags: TAGS, failure })
  expect((await run({ tags: TAGS })).asked).toContain('HEAD v1.0.0')
  expect((await run({ tags: TAGS })).asked).toEqual([])
})

test('a tag whose digest the source could not confirm is asked for again', async () => {
  const failure = (request: string) =>
    request === `HEAD ${digestOf('one')}` ? new RegistryError('no', { kind: 'unauthorized' }) : undefined
  const { run } = runs({ include: ['v1.0.0'], immutable: ['v1.0.0'] })
  await run({ tags: TAGS, failure })
  expect((await run({ tags: TAGS })).asked).toContain('HEAD v1.0.0')
})

test('the artifact that the source has now counts, if a moving tag has the same digest', async () => {
  const signed = (signature: string) => ({ tags: { ...TAGS, [cosignTag('two', '.sig')]: signature } })
  const { run } = runs({ include: ['v1.1.0', 'latest'], immutable: ['/^v\\d/'] })
  await run(signed('one signature'))
  const { resolved } = await run(signed('two signatures'))
  expect(resolved.artifacts.map(({ digest }) => digest)).toEqual([digestOf('two signatures')])
})

test('a failed tag fails without the remembered ones', async () => {
  const { run } = runs({ include: ['v1.0.0', 'v9.0.0'], immutable: ['/^v\\d/'] })
  await run({ tags: TAGS })
  const { resolved, tags } = await run({ tags: TAGS })
  expect(tags).toEqual([['v1.0.0', digestOf('one')]])
  expect(resolved.failed).toMatchObject([{ tag: 'v9.0.0' }])
})

test('tags that are no longer immutable, or not selected any more, are forgotten', async () => {
  const { run, remembered } = runs({ include: ['v1.0.0', 'v1.1.0'], immutable: ['/^v\\d/'] })
  await run({ tags: TAGS })
  await run({ tags: TAGS }, { include: ['v1.0.0'] })
  expect(Object.keys(remembered()?.immutable?.tags ?? {})).toEqual(['v1.0.0'])
  expect((await run({ tags: TAGS }, { immutable: ['other'] })).asked).toContain('HEAD v1.0.0')
  expect(remembered()?.immutable).toBeUndefined()
})

test('a tag named as a property of every object is asked for like any other', async () => {
  const { run } = runs({ include: ['constructor'], immutable: ['/./'] })
  expect((await run({ tags: { constructor: 'one' } })).tags).toEqual([['constructor', digestOf('one')]])
})
