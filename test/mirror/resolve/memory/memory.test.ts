// What is stored of a run, and when.
import { expect, test } from 'vitest'
import { createMemory } from '../../../../mirror/resolve/memory/memory.ts'
import {
  NOTHING_REMEMBERED,
  type Remembered,
  rememberedSchema,
} from '../../../../mirror/resolve/memory/remembered.ts'
import { resolveImage } from '../../../../mirror/resolve/resolve.ts'
import { writeChanges } from '../../../../store/write-changes.ts'
import { digestOf, sourceOf } from '../sources.ts'

const EARLIER: Remembered = { digests: [digestOf('old')], dates: { old: '' }, indexes: {}, platforms: {} }

function memoryOf(remembered?: Remembered) {
  const stored: Remembered[] = []
  const memory = createMemory({
    remembered,
    remember: async (next) => {
      stored.push(rememberedSchema.parse(JSON.parse(JSON.stringify(next))))
    },
  })
  return { ...memory, stored }
}

test('stores at once what a step learns, in addition to earlier knowledge', async () => {
  const { learn, stored } = memoryOf(EARLIER)
  await learn({ dates: { new: '2026-01-01T00:00:00.000Z' } })
  await learn({ indexes: { index: [] } })
  expect(stored).toEqual([
    { ...EARLIER, dates: { new: '2026-01-01T00:00:00.000Z' } },
    { ...EARLIER, dates: { new: '2026-01-01T00:00:00.000Z' }, indexes: { index: [] } },
  ])
})

test('a complete run keeps what it learned, and drops earlier knowledge that it did not use', async () => {
  const { learn, finish, stored } = memoryOf(EARLIER)
  await learn({ dates: { new: '' } })
  await finish({ digests: [digestOf('new')], indexes: {}, platforms: {} })
  expect(stored.at(-1)).toEqual({
    dates: { new: '' },
    digests: [digestOf('new')],
    indexes: {},
    platforms: {},
  })
  const { finish: finishUnused, stored: unused } = memoryOf(EARLIER)
  await finishUnused({ digests: [digestOf('old')], indexes: {}, platforms: {} })
  expect(unused).toEqual([{ digests: [digestOf('old')], indexes: {}, platforms: {} }])
})

test('a run of an unchanged image stores nothing', async () => {
  const source = sourceOf({
    tags: { '1': 'index', '2': 'image' },
    platforms: { index: ['amd64', 'arm64'] },
    referrers: { index: ['sbom'], amd64: ['attestation'] },
    created: { image: '2026-01-01T00:00:00Z', amd64: '2026-01-02T00:00:00Z' },
  })
  const select = { include: [], exclude: [], latest: 2, by: 'date' as const, immutable: ['1'] }
  const stored: Remembered[] = []
  const run = (remembered = NOTHING_REMEMBERED) =>
    resolveImage(
      source,
      { image: 'redis', select },
      {
        remembered,
        remember: writeChanges(remembered, async (next) => {
          stored.push(rememberedSchema.parse(JSON.parse(JSON.stringify(next))))
        }),
      },
    )
  await run()
  expect(stored.at(-1)).toMatchObject({ digests: [expect.anything(), expect.anything()], immutable: {} })
  const before = stored.length
  await run(stored.at(-1))
  await run(stored.at(-1))
  expect(stored.slice(before + 1)).toEqual([])
})
