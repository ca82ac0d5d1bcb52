import { JSDOM } from 'jsdom'
import { expect, test } from 'vitest'
import type { PairReport } from '../../../../mirror/documents.ts'
import { startFailures } from '../../../../mirror/report/page/failures.ts'
import { pair } from '../reports.ts'
import { RERUN } from './pages.ts'

function sectionOf(images: readonly (readonly PairReport[])[], outcome: 'failed' | 'deferred' = 'failed') {
  const failures = startFailures(outcome, RERUN)
  const ids = images.map((pairs) => failures.add(pairs))
  return { ids, document: new JSDOM(failures.section().markup).window.document }
}

test('shows cause, logs of all targets and the rerun command of targets that failed alike', () => {
  const error = { name: 'AccessDenied', message: 'not for you' }
  const pairs = [
    pair({ error: { ...error, log: 'https://log/1' } }),
    pair({ error: { ...error, log: 'https://log/2' }, target: 'eu-west-1' }),
    pair({ outcome: 'inSync', target: 'us-west-2' }),
  ]
  const { document, ids } = sectionOf([pairs, [pair({ image: 'nginx' })]])
  const articles = [...document.querySelectorAll('article')]
  expect(articles.map(({ id }) => id)).toEqual(['failed-1', 'failed-2'])
  expect([...(ids[0]?.values() ?? [])]).toEqual(['failed-1', 'failed-1'])
  expect(articles[0]?.textContent).toContain('to mirror/redis in us-east-1, eu-west-1not for you')
  expect(document.querySelector('.reason')?.textContent).toBe(
    'AccessDenied 2 pairsWhat to do: check credentials and policies (docs/runbook.md#accessdenied)',
  )
  expect([...document.querySelectorAll('a')].map(({ href, textContent }) => [href, textContent])).toEqual([
    ['https://log/1', 'Build log, us-east-1'],
    ['https://log/2', 'Build log, eu-west-1'],
  ])
  expect(document.querySelector('pre')?.textContent).toBe(
    'aws stepfunctions start-execution --state-machine-arn arn:aws:states:us-east-1:123456789012:stateMachine:mirror' +
      ` --region us-east-1 --input '{"only":[{"image":"docker.io/library/redis:7.4","target":"us-east-1"},` +
      `{"image":"docker.io/library/redis:7.4","target":"eu-west-1"}]}'`,
  )
})

test('groups what failed for the same reason, the most frequent one first', () => {
  const other = pair({ target: 'eu-west-1', error: { name: 'AccessDenied', message: 'no' } })
  const { document } = sectionOf([[other, pair({})], [pair({ image: 'nginx' })]])
  expect(document.querySelectorAll('article')).toHaveLength(3)
  const groups = [...document.querySelectorAll('.group')].map((group) =>
    [...group.querySelectorAll('h3,h4')].map(({ textContent }) => textContent),
  )
  expect(groups).toEqual([
    ['SourceNotFound 2 pairs', 'docker.io/library/redis:7.4', 'nginx'],
    ['AccessDenied 1 pair', 'docker.io/library/redis:7.4'],
  ])
})

test('lists the failed tags with their reasons, up to a limit', () => {
  const failedTags = Array.from({ length: 25 }, (_, index) => ({
    tag: `7.${index}`,
    name: 'InvalidImage',
    message: 'broken',
  }))
  const { document } = sectionOf([[pair({ failedTags })]])
  const items = [...document.querySelectorAll('article ul:not(.meta) li')].map(
    ({ textContent }) => textContent,
  )
  expect(items).toHaveLength(21)
  expect([items[0], items.at(-1)]).toEqual(['7.0 InvalidImage: broken', 'and 5 more tags'])
})

test('has no command for single entries if one command runs all of them again', () => {
  const failures = startFailures('failed', { run: RERUN.run, rerunAll: 'again' })
  failures.add([pair({})])
  failures.add([pair({ image: 'nginx' })])
  const { document } = new JSDOM(failures.section().markup).window
  expect(document.querySelectorAll('article')).toHaveLength(2)
  expect(document.querySelector('pre')).toBeNull()
})

test('leaves the command of the only entry to the top of the page', () => {
  const pairs = [pair({}), pair({ target: 'eu-west-1' })]
  const { document } = sectionOf([pairs])
  expect(document.querySelectorAll('article')).toHaveLength(1)
  expect(document.querySelector('pre')).toBeNull()
})

test('shows targets with other repository names in one entry', () => {
  const pairs = [pair({}), pair({ target: 'harbor', repository: 'team/redis' })]
  const { document } = sectionOf([pairs])
  expect([...document.querySelectorAll('.place')].map(({ textContent }) => textContent)).toEqual([
    'to mirror/redis in us-east-1; team/redis in harbor',
  ])
})

test('says the reason of a single tag once', () => {
  const error = { name: 'ArtifactMissing', message: 'redis:7.4 has no signature' }
  const tag = { tag: '7.4', ...error }
  const lists = (pairs: readonly PairReport[]) =>
    sectionOf([pairs]).document.querySelectorAll('article ul:not(.meta) li').length
  expect(lists([pair({ error, failedTags: [tag] })])).toBe(0)
  const ofMany = { ...error, message: `1 of 3 tags failed: 7.4: ${error.message}` }
  expect(lists([pair({ error: ofMany, failedTags: [tag] })])).toBe(0)
  expect(lists([pair({ error, failedTags: [{ ...tag, message: 'another reason' }] })])).toBe(1)
  expect(lists([pair({ error, failedTags: [tag, { ...tag, tag: '7.2' }] })])).toBe(2)
})

test('has no rerun command for deferred pairs, and no section without any', () => {
  const { document } = sectionOf([[pair({ outcome: 'deferred' })]], 'deferred')
  expect(document.querySelector('h2')?.textContent).toBe('Deferred: 1 pair')
  expect(document.querySelector('pre')).toBeNull()
  expect(sectionOf([[pair({ outcome: 'synced' })]]).document.body.innerHTML).toBe('')
})

test('is cut to a length, and says so', () => {
  const images = Array.from({ length: 2_000 }, (_, index) => [
    pair({ image: `app-${index}`, error: { name: 'X', message: 'm'.repeat(1_000) } }),
  ])
  const failures = startFailures('failed', RERUN)
  const shown = images.filter((pairs) => failures.add(pairs).size > 0).length
  const { markup } = failures.section()
  expect(shown).toBeGreaterThan(500)
  expect(markup.length).toBeLessThan(1.1 * 1024 * 1024)
  expect(markup).toContain(`Shows ${shown} pairs of 2,000 pairs.`)
})
