import { expect, test } from 'vitest'
import { isQuotaExhausted, quotaWait, readQuota } from '../../../registry/retry/quota.ts'

const NOW = Date.parse('2026-11-21T12:00:00Z')

test.each<[string, Record<string, string>, object | undefined]>([
  [
    'both headers',
    { 'ratelimit-limit': '100;w=21600', 'ratelimit-remaining': '76;w=21600' },
    { limit: 100, remaining: 76, windowSeconds: 21_600 },
  ],
  ['remaining alone', { 'ratelimit-remaining': '0;w=21600' }, { remaining: 0, windowSeconds: 21_600 }],
  [
    'numbers without a window',
    { 'ratelimit-limit': '100', 'ratelimit-remaining': '5' },
    { limit: 100, remaining: 5 },
  ],
  [
    'row 35: an empty count',
    { 'ratelimit-limit': ';w=21600', 'ratelimit-remaining': ';w=21600' },
    { windowSeconds: 21_600 },
  ],
  ['row 35: garbage', { 'ratelimit-limit': 'lots', 'ratelimit-remaining': 'many' }, undefined],
  ['row 35: nothing', {}, undefined],
])('%s', (_, headers, quota) => {
  expect(readQuota(headers)).toEqual(quota)
})

test.each<[boolean, string, Record<string, string>, string]>([
  [
    true,
    "Docker Hub's text",
    {},
    'toomanyrequests: You have reached your unauthenticated pull rate limit. https://www.docker.com/increase-rate-limit',
  ],
  [true, 'nothing remaining', { 'ratelimit-remaining': '0;w=21600' }, ''],
  [false, 'the abuse limit', {}, '429 Too Many Requests'],
  [false, "ECR's throttle", {}, 'TOOMANYREQUESTS: Rate exceeded'],
  [false, 'a throttle with quota left', { 'ratelimit-remaining': '70;w=21600' }, 'slow down'],
])('decides %s for %s whether a quota is exhausted', (expected, _, headers, text) => {
  expect(isQuotaExhausted(headers, text)).toBe(expected)
})

test('waits an hour, or the window if it is shorter, without a stated reset', () => {
  expect(quotaWait({}, NOW)).toBe(3600)
  expect(quotaWait({ 'ratelimit-remaining': '0;w=21600' }, NOW)).toBe(3600)
  expect(quotaWait({ 'ratelimit-remaining': '0;w=60' }, NOW)).toBe(60)
})

test.each<[string, Record<string, string>, number]>([
  ['in seconds', { 'ratelimit-reset': '900' }, 900],
  ['as an epoch time', { 'x-ratelimit-reset': String(NOW / 1000 + 1200) }, 1200],
  ['in an invalid form', { 'ratelimit-reset': 'soon' }, 3600],
])('reads the reset of a quota %s', (_, headers, seconds) => {
  expect(quotaWait({ 'ratelimit-remaining': '0;w=21600', ...headers }, NOW)).toBe(seconds)
})
