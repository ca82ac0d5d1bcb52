// The tables of docs/selection.md, row by row.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { selectTagsOf } from '../../mirror/list/entry.ts'
import { checkTags } from '../../mirror/list/tags/check-tags.ts'
import { tagsSchema } from '../../mirror/list/tags/schema.ts'
import { parseVariant } from '../../mirror/list/tags/variant.ts'
import { selectTags } from '../../mirror/resolve/select/select-tags.ts'
import { parseVersion } from '../../mirror/resolve/select/version.ts'

const PAGE = readFileSync(join(import.meta.dirname, '../../docs/selection.md'), 'utf8')
const codes = (text: string): string[] => [...text.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code)

/** The cells of the table with this header. */
function rowsOf(header: string): string[][] {
  const table = PAGE.slice(PAGE.indexOf(header)).split('\n\n')[0] ?? ''
  return table
    .split('\n')
    .slice(2)
    .map((line) => line.split(' | ').map((cell) => cell.replace(/^\| ?|\|$/g, '').trim()))
}

const REPOSITORY = codes(/Of a repository with the tags[^:]*:/.exec(PAGE)?.[0] ?? '')

test.each(rowsOf('| `tags` | selects |'))('%s selects %s', async (given = '', selected = '') => {
  const tags = tagsSchema.parse(parse(codes(given)[0] ?? ''))
  expect(checkTags(tags, ['tags'])).toEqual([])
  const { exact, found } = await selectTags(selectTagsOf(tags), REPOSITORY)
  expect([...exact, ...found]).toEqual(codes(selected))
})

test.each(rowsOf('| tag | version | variant |'))('%s: %s', (tags = '', version = '', variant = '') => {
  const [exact, family] = codes(variant)
  const [words = ''] = version.split(/[:,]/)
  for (const tag of codes(tags)) {
    const read = parseVersion(tag)
    if (words === 'none') {
      expect(read, tag).toBeUndefined()
      continue
    }
    const { major, minor, patch, prerelease = [] } = read ?? {}
    const core = [[major, minor, patch].join('.'), ...(prerelease.length === 0 ? [] : [prerelease.join('.')])]
    expect([core.join('-'), read?.variant], tag).toEqual([words, exact ?? ''])
    if (family !== undefined && read !== undefined) expect(parseVariant(family)(read), tag).toBe(true)
  }
})

test('the tables have rows', () => {
  expect(
    [rowsOf('| `tags` | selects |'), rowsOf('| tag | version | variant |')].map(({ length }) => length),
  ).toEqual([12, 13])
  expect(REPOSITORY).toHaveLength(13)
})
