// Every regular expression of the product takes linear time, so that no foreign text blocks a process.
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseAst } from 'vitest/node'
import type { Expression } from './expression-thread.ts'
import { type InTime, inTime } from './in-time.ts'

const ROOT = join(import.meta.dirname, '../..')
const ROOMS = [
  'registry',
  'mirror',
  'copy',
  'sync',
  'store',
  'lambdas',
  'local',
  'cli',
  'estimate',
  'infra',
  'statemachine',
]

const THREAD = new URL('expression-thread.ts', import.meta.url)

let thread: InTime
beforeAll(() => {
  thread = inTime(THREAD)
})
afterAll(() => thread[Symbol.asyncDispose]())

test.each(['registry', 'mirror', 'local', 'store'])('there are expressions in %s', (room) => {
  expect(expressionsIn(room).length).toBeGreaterThan(0)
})

test.each(ROOMS)(
  'the regular expressions of %s are linear',
  async (room) => {
    const slow: string[] = []
    for (const { file, ...expression } of expressionsIn(room)) {
      if (!(await thread.done(expression))) slow.push(`${file}: /${expression.source}/${expression.flags}`)
    }
    expect(slow).toEqual([])
  },
  300_000,
)

test.each([
  /\s+$/,
  /[^/]*$/,
  /<([^>]*)>([^<]*)/g,
  /layers? .*do(?:es)? not exist/i,
  /\btag\b.*\balready exists\b.*\bimmutable\b/i,
  /(https?:\/\/[^\s"'<>?]+)\?[^\s"'<>]*/g,
  /([\d.]+)\s?(ns|ms|s)/g,
  /^(a|a)+$/,
])('an expression that is not linear is found: %s', async ({ source, flags }) => {
  await using impatient = inTime(THREAD, 2_000)
  expect(await impatient.done({ source, flags })).toBe(false)
})

function expressionsIn(room: string): (Expression & { readonly file: string })[] {
  return globSync(`${room}/**/*.ts`, { cwd: ROOT, exclude: ['**/node_modules/**'] }).flatMap((file) => {
    const found: (Expression & { readonly file: string })[] = []
    collect(parseAst(readFileSync(join(ROOT, file), 'utf8'), { lang: 'ts' }), (source, flags) =>
      found.push({ file, source, flags }),
    )
    return found
  })
}

/** Every literal of a syntax tree that is a regular expression. */
function collect(node: unknown, found: (source: string, flags: string) => void): void {
  if (typeof node !== 'object' || node === null) return
  if ('regex' in node) {
    const { pattern, flags } = node.regex as { pattern: string; flags: string }
    found(pattern, flags)
  }
  for (const value of Object.values(node)) collect(value, found)
}
