import { expect, test } from 'vitest'
import { renderFailures } from '../../../cli/run/failures.ts'
import type { RunDocument } from '../../../local/run-document.ts'

type Pair = RunDocument['pairs'][number]

function failed(image: string, target: string, name: string, outcome: Pair['outcome'] = 'failed'): Pair {
  const error = { name, message: `${image} has a reason` }
  return { image, target, repository: image, outcome, tags: [], bytes: 0, seconds: 0, error }
}

test('says what to do once for failures with the same cause, which are together', () => {
  const pairs = [
    failed('a', 'one', 'AccessDenied'),
    failed('a', 'two', 'AccessDenied'),
    failed('b', 'one', 'RegistryUnavailable'),
    failed('c', 'one', 'AccessDenied'),
  ]
  expect(renderFailures(pairs)).toEqual([
    '',
    'a -> one, two: failed, AccessDenied',
    '  a has a reason',
    '',
    'c -> one: failed, AccessDenied',
    '  c has a reason',
    '  What to do: check credentials and policies (docs/runbook.md#accessdenied)',
    '',
    'b -> one: failed, RegistryUnavailable',
    '  b has a reason',
    '  What to do: check the registry (docs/runbook.md#registryunavailable)',
  ])
})

test('prints once what fails alike under other repository names', () => {
  const pairs = ['one', 'two'].map((target) => ({
    ...failed('a', target, 'AccessDenied'),
    repository: target,
  }))
  expect(renderFailures(pairs).slice(0, 2)).toEqual(['', 'a -> one, two: failed, AccessDenied'])
})

test('says of a deferred pair that the next run continues, apart from failures of the same cause', () => {
  const pairs = [failed('a', 'one', 'RateLimited', 'deferred'), failed('a', 'two', 'RateLimited')]
  expect(renderFailures(pairs).filter((line) => line.includes('What to do'))).toEqual([
    '  What to do: nothing, because the next run continues; to prevent it, set credentials (docs/runbook.md#ratelimited)',
    '  What to do: set credentials (docs/runbook.md#ratelimited)',
  ])
})

test('wraps what to do, and indents the rest', () => {
  const lines = renderFailures([failed('a', 'one', 'SourceNotFound')], 39)
  expect(lines.slice(-3)).toEqual([
    '  What to do: check the name, the tag',
    '    or the filters',
    '    (docs/runbook.md#sourcenotfound)',
  ])
})

test('prints once what differs only in images and URLs, as when a registry is down', () => {
  const down = (image: string, target: string, host = 'one.example.com'): Pair => ({
    ...failed(image, target, 'RegistryUnavailable'),
    error: {
      name: 'RegistryUnavailable',
      message: `GET https://${host}/v2/${image}/tags/list failed`,
      log: `log-${image}`,
    },
  })
  const pairs = [down('a', 'one'), down('b', 'one'), down('c', 'one'), down('d', 'two', 'two.example.com')]
  expect(renderFailures(pairs)).toEqual([
    '',
    'a -> one: failed, RegistryUnavailable',
    '  GET https://one.example.com/v2/a/tags/list failed',
    '  the same for 2 more images: b, c',
    '  log: log-a',
    '  log: log-b',
    '  log: log-c',
    '',
    'd -> two: failed, RegistryUnavailable',
    '  GET https://two.example.com/v2/d/tags/list failed',
    '  log: log-d',
    '  What to do: check the registry (docs/runbook.md#registryunavailable)',
  ])
})

test('keeps images apart that have other tags in place', () => {
  const pairs = ['a', 'b'].map((image) => ({
    ...failed(image, 'one', 'AccessDenied'),
    tags: [{ tag: '1', digest: `sha256:${'0'.repeat(64)}` }],
    error: { name: 'AccessDenied', message: '1 of 2 tags failed' },
  }))
  expect(renderFailures(pairs).filter((line) => line.includes('in place'))).toHaveLength(2)
})

test('prints a limited number of errors, with advice on the last one shown', () => {
  const pairs = Array.from({ length: 52 }, (_, index) => failed(`image-${index}`, 'one', 'AccessDenied'))
  expect(renderFailures(pairs).slice(-4)).toEqual([
    '  image-49 has a reason',
    '  What to do: check credentials and policies (docs/runbook.md#accessdenied)',
    '',
    'and 2 more errors; --json prints all of them',
  ])
})
