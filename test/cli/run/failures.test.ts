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
    '  What to do: check credentials and policies (docs/runbook.md#accessdenied)',
    '',
    'c -> one: failed, AccessDenied',
    '  c has a reason',
    '',
    'b -> one: failed, RegistryUnavailable',
    '  b has a reason',
    '  What to do: check the registry (docs/runbook.md#registryunavailable)',
  ])
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
