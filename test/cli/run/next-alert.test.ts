import { expect, test } from 'vitest'
import { nextAlert } from '../../../cli/run/next-alert.ts'
import { repeatMs } from '../../../mirror/report/alert/settings.ts'

const told = (at: string) => ({ told: { at, run: 'local-1', what: 'x' } })
const place = (target: string, more = {}) => ({
  target,
  repository: 'redis',
  state: 'failed' as const,
  ...more,
})
const pair = (target: string, outcome: 'failed' | 'inSync' = 'failed') => ({
  image: 'redis:7',
  target,
  outcome,
})
const known = (...places: ReturnType<typeof place>[]) => ({
  images: [{ image: 'redis:7', tags: {}, places }],
})

test('adds the time of alerts.repeat to the oldest alert about the failed pairs', () => {
  const status = known(
    place('us-east-1', told('2026-11-30T10:00:00.000Z')),
    place('eu-west-1', told('2026-11-30T09:00:00.000Z')),
    place('lab', told('2026-11-01T09:00:00.000Z')),
    place('down'),
  )
  const pairs = [pair('us-east-1'), pair('eu-west-1'), pair('lab', 'inSync'), pair('down')]
  const oldest = Date.parse('2026-11-30T09:00:00Z')
  for (const repeat of [undefined, '12 hours'])
    expect(nextAlert(status, pairs, repeat)).toEqual(new Date(oldest + repeatMs(repeat)))
})

test('knows no time if no alert about the failed pairs was sent, or none is to be repeated', () => {
  const status = known(place('us-east-1', told('2026-11-30T10:00:00.000Z')))
  expect(nextAlert(status, [pair('us-east-1')], 'never')).toBeUndefined()
  expect(nextAlert(known(place('us-east-1')), [pair('us-east-1')], undefined)).toBeUndefined()
})
