import { App, Stack } from 'aws-cdk-lib'
import { expect, test } from 'vitest'
import { warnOfAuthorities, warnOfSettings, warnOfTargets } from '../../../infra/list/warnings.ts'
import { parseList } from '../../../mirror/list/parse-list.ts'
import { authority } from '../../support/certificate.ts'

/** Reads annotations directly from the construct, because synthesis takes seconds. */
function warningsIn(stack: Stack): unknown[] {
  return stack.node.metadata.filter(({ type }) => type === 'aws:cdk:warning').map(({ data }) => data)
}

function warningsFor(...images: unknown[]) {
  const stack = new Stack(new App(), 'Test')
  warnOfTargets(stack, parseList(JSON.stringify({ regions: ['us-east-1'], images }), 'list.json'))
  return warningsIn(stack)
}

test('warns at synth of an image that would fail because of its target, with the fix', () => {
  const [warning, ...others] = warningsFor('redis:7', {
    source: 'quay.io/team/app:1',
    repository: 'Team/App',
  })
  expect(others).toEqual([])
  expect(warning).toContain('quay.io/team/app:1 will fail')
  expect(warning).toContain('such as "team/app"')
})

test('warns at synth of immutable tags without an exception for signatures', () => {
  const stack = new Stack(new App(), 'Test')
  const list = { regions: ['us-east-1'], images: ['redis'], repositories: { immutableTags: true } }
  warnOfSettings(stack, parseList(JSON.stringify(list), 'list.json'))
  expect(warningsIn(stack)).toEqual([expect.stringContaining("write {except: ['sha256-*']}")])
})

test('does not warn without such an image', () => {
  expect(warningsFor('redis:7')).toEqual([])
})

test('a name that only one registry would refuse is told with the target', () => {
  const stack = new Stack(new App(), 'Test')
  const targets = { hub: { registry: 'docker.io', namespace: 'example', public: true } }
  const images = ['redis', 'quay.io/prometheus/node-exporter']
  const list = { regions: ['us-east-1'], targets, images, defaults: { targets: ['regions', 'hub'] } }
  warnOfTargets(stack, parseList(JSON.stringify(list), 'list.json'))
  expect(warningsIn(stack)).toEqual([
    expect.stringContaining(
      'quay.io/prometheus/node-exporter will fail in hub: "example/prometheus/node-exporter"',
    ),
  ])
})

const DAY = 24 * 3600 * 1000
const NOW = Date.UTC(2026, 5, 15)
const ending = (name: string, days: number) => authority(name, { until: NOW + days * DAY }).cert

function warningsOf(ca: string): unknown[] {
  const stack = new Stack(new App(), 'Test')
  warnOfAuthorities(stack, { registries: { 'harbor.example': { ca }, 'quay.io': {} } }, NOW)
  return warningsIn(stack)
}

test('warns at synth of an authority that has expired or expires soon', () => {
  expect(warningsOf(ending('old', -1) + ending('next', 365))).toEqual([
    expect.stringContaining(
      'registries.harbor.example.ca: the certificate "CN=old" has expired on 2026-06-14',
    ),
  ])
  expect(warningsOf(ending('old', 29))).toEqual([expect.stringContaining('expires on 2026-07-14')])
  expect(warningsOf(ending('old', 31))).toEqual([])
})

test('refuses a registry whose authorities have all expired', () => {
  expect(() => warningsOf(ending('old', -2) + ending('older', -3))).toThrow(
    /"CN=old" has expired on 2026-06-13\n.*"CN=older" has expired on 2026-06-12; replace it/,
  )
})
