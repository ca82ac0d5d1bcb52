import { JSDOM } from 'jsdom'
import { expect, test } from 'vitest'
import { startTimeline } from '../../../../mirror/report/page/timeline.ts'
import { pair } from '../reports.ts'

const at = (second: number) => new Date(Date.UTC(2026, 10, 30) + second * 1_000).toISOString()
const times = (...[ordered, queued, copying, ended]: [number, number, number, number]) => ({
  ordered: at(ordered),
  queued: at(queued),
  copying: at(copying),
  ended: at(ended),
})

function documentOf(pairs: ReturnType<typeof pair>[]) {
  const timeline = startTimeline()
  timeline.add(pairs)
  return new JSDOM(timeline.section().markup).window.document
}

test('draws the phases of each pair on the scale of the run, in numbers too', () => {
  const document = documentOf([
    pair({ image: 'late', times: times(40, 60, 80, 100) }),
    pair({ image: 'early', times: times(0, 10, 20, 60) }),
    pair({ image: 'without a build' }),
  ])
  expect([...document.querySelectorAll('tbody tr')].map(({ textContent }) => textContent?.trim())).toEqual([
    'earlyus-east-110 s10 s40 s',
    'lateus-east-120 s20 s20 s',
  ])
  const bars = [...document.querySelectorAll('rect')].map((rect) =>
    ['class', 'x', 'width'].map((name) => rect.getAttribute(name)),
  )
  expect(bars).toEqual([
    ['waiting', '0.0', '100.0'],
    ['queued', '100.0', '100.0'],
    ['copying', '200.0', '400.0'],
    ['waiting', '400.0', '200.0'],
    ['queued', '600.0', '200.0'],
    ['copying', '800.0', '200.0'],
  ])
})

test('shows the longest pairs, and says so', () => {
  const pairs = Array.from({ length: 80 }, (_, index) =>
    pair({ image: `app-${index}.`, times: times(0, 0, 0, index + 1) }),
  )
  const { body } = documentOf(pairs)
  expect(body.textContent).toContain('Shows the longest 50 of 80.')
  expect(body.textContent).toContain('app-79.')
  expect(body.textContent).not.toContain('app-29.')
})

test('survives clocks that disagree', () => {
  const { body } = documentOf([pair({ times: times(10, 5, 5, 12) })])
  expect(body.textContent).toContain('us-east-10.0 s0.0 s7.0 s')
  expect(body.innerHTML).not.toMatch(/NaN|"-|Infinity/)
})

test('is left out without times', () => {
  expect(documentOf([pair({})]).body.innerHTML).toBe('')
})
