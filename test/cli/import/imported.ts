// Imports a file of another tool, and selects tags as the resulting list does.
import type { FormatName } from '../../../cli/import/format-names.ts'
import { importList } from '../../../cli/import/import.ts'
import { readEntries } from '../../../mirror/list/entry.ts'
import { validateList } from '../../../mirror/list/parse-list.ts'
import { selectTags } from '../../../mirror/resolve/select/select-tags.ts'

export const NOW = new Date('2026-11-30T00:00:00Z')

export function imported(text: string, from?: FormatName) {
  const result = importList(text, { file: 'file', from, now: NOW })
  const list = validateList(result.text, 'mirror.yaml')
  return { ...result, list, entries: list.images.flatMap((image) => readEntries(image, list)) }
}

/** The tags that a list selects from sources with these tags, by source. */
export async function selectedFrom(
  { entries }: Pick<ReturnType<typeof imported>, 'entries'>,
  available: Readonly<Record<string, readonly string[]>>,
): Promise<Record<string, string[]>> {
  const selected = new Map<string, Set<string>>()
  for (const { ref, select } of entries) {
    const source = `${ref.registry}/${ref.repository}`
    const isOpen = select.digest === undefined
    const { exact, found } = await selectTags(select, available[source] ?? [])
    const tags = selected.get(source) ?? new Set<string>()
    selected.set(source, tags)
    for (const tag of isOpen ? [...exact, ...found] : exact) tags.add(tag)
  }
  return Object.fromEntries([...selected].map(([source, tags]) => [source, [...tags].sort()]))
}

/** Tags of the forms that registries have. */
export const TAGS = [
  ...[
    'latest',
    'edge',
    'stable',
    'nightly',
    'v',
    '1',
    '2',
    '3',
    'v2',
    '10',
    '1.2',
    '1.3',
    '1.20',
    '1.9',
    '2.0',
    'v1.4',
  ],
  ...[
    '0.9.0',
    '1.0.0',
    '1.2.3',
    'v1.2.3',
    '1.2.10',
    '1.3.0',
    '1.20.5',
    '1.21.0',
    '2.0.0',
    '2.0.1',
    '3.0.0',
    '3.12.0',
    '10.0.0',
  ],
  ...[
    '1.2.3-alpine',
    '1.3.0-rc.1',
    '1.3.0-rc1',
    '2.0.0-rc.1',
    '2.0.0-alpine',
    '2.0.1-beta.2',
    '3.12.0-alpine3.20',
    '1.2-alpine',
  ],
  ...[
    '1.2.3.4',
    '22.04',
    '24.04',
    '2024.01.15',
    '20240115',
    '01.02.03',
    '1.2.3-',
    '1.2-',
    '1.2.3_4',
    '17.0.9_9',
    '1.2.3-1',
    '1.2.3-01',
  ],
  ...[
    'alpine',
    '1-alpine',
    'v1.2.3-debian-12-r4',
    '1.2.3-glibc',
    '1.2.3-musl',
    '1.20.5-glibc',
    '2.1.4-buster',
    '1.',
    '1.x',
    'a1.2.3',
    '1.2.3-a_b',
    '1..2',
    '1.2.v3',
  ],
]
