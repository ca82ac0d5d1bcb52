// Every link of the pages leads to a file and a heading that exist, and the front page leads to every page.
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { expect, test } from 'vitest'
import { type Page, pages } from './pages.ts'

const ROOT = join(import.meta.dirname, '../..')
const FRONT = 'docs/README.md'
const PAGES = pages()

interface Link {
  readonly to: string
  /** Relative to the project. */
  readonly file: string
  readonly anchor: string | undefined
}

/** The links to files of the project. */
function linksOf({ name, text }: Page): Link[] {
  const targets = [
    ...text
      .replace(/^```.*?^```$/gms, '')
      .matchAll(/\]\(([^)\s]+)\)|<(?:img|source) [^>]*?src(?:set)?="([^"]+)"/g),
  ]
  return targets.flatMap(([, link, image]) => {
    const to = link ?? image ?? ''
    if (/^[a-z]+:/.test(to)) return []
    const [path = '', anchor] = to.split('#')
    return [{ to, file: path === '' ? name : normalize(join(dirname(name), path)), anchor }]
  })
}

/** The anchors of a page's headings, as GitHub makes them. */
function anchorsOf(text: string): string[] {
  const headings = text.replace(/^```.*?^```$/gms, '').matchAll(/^#+ (.+)$/gm)
  return [...headings].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  )
}

function isDead({ file, anchor }: Link): boolean {
  const path = join(ROOT, file)
  if (!existsSync(path)) return true
  return (
    anchor !== undefined && file.endsWith('.md') && !anchorsOf(readFileSync(path, 'utf8')).includes(anchor)
  )
}

test.each(PAGES)('no link of $name is dead', (page) => {
  expect(
    linksOf(page)
      .filter(isDead)
      .map(({ to }) => to),
  ).toEqual([])
})

test('the front page leads to every page', () => {
  const front = PAGES.filter(({ name }) => name === FRONT)
  const reached = front.flatMap(linksOf).map(({ file }) => file)
  const others = PAGES.map(({ name }) => name).filter((name) => name.startsWith('docs/') && name !== FRONT)
  expect(others.filter((name) => !reached.includes(name))).toEqual([])
})

test('every page of the first sections of the front page says what to read next', () => {
  const front = PAGES.find(({ name }) => name === FRONT)?.text ?? ''
  const [read = [], reference = []] = front
    .split('## Reference')
    .map((text) => linksOf({ name: FRONT, text }).map(({ file }) => file))
  const ends = PAGES.filter(({ name }) => read.includes(name) && !reference.includes(name))
  expect(ends.filter(({ text }) => !/^Next: /m.test(text.slice(-200))).map(({ name }) => name)).toEqual([])
})

test.each([
  ['a file that does not exist', '[a](nothing.md)'],
  ['a heading that does not exist', '[a](runbook.md#nothing)'],
  ['a heading of the same page that does not exist', '[a](#nothing)'],
  ['an image that does not exist', '<img alt="" src="images/nothing.png">'],
])('a link to %s is noticed', (_, text) => {
  expect(linksOf({ name: FRONT, text }).filter(isDead)).toHaveLength(1)
})
