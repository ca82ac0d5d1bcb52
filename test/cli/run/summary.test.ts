import { expect, test } from 'vitest'
import { renderNext, renderOutcome } from '../../../cli/run/summary.ts'
import { healthyAccount } from '../../../local/aws/deployed/account-state.ts'
import { openTemplate } from '../../../local/cloudformation/template.ts'
import type { LocalRun } from '../../../local/run.ts'
import type { RunDocument } from '../../../local/run-document.ts'

const digest = `sha256:${'0'.repeat(64)}`
const synced = {
  image: 'redis:7.4',
  target: 'us-east-1',
  region: 'us-east-1' as const,
  repository: 'mirror/redis',
  outcome: 'synced' as const,
  tags: [{ tag: '7.4', digest }],
  bytes: 2_000_000,
  seconds: 1,
}
const failed = {
  ...synced,
  outcome: 'failed' as const,
  bytes: 0,
  error: { name: 'SourceNotFound', message: 'redis has no tag 7.4', log: 'file:///log' },
}

const COMMANDS = { again: 'npm start -- --list my.yaml --serve', deploy: 'npx cdk deploy -c list=my.yaml' }
const PLACE = { account: '123456789012', region: 'us-east-1', partition: 'aws', stack: 'ImageMirror' }

function finished(pairs: RunDocument['pairs'], more: Partial<RunDocument> = {}, ended = {}): LocalRun {
  const count = (outcome: string) => pairs.filter((pair) => pair.outcome === outcome).length
  return {
    document: {
      run: 'local-1',
      regions: { 'us-east-1': '127.0.0.1:5001' },
      counts: {
        images: 1,
        pairs: pairs.length,
        inSync: count('inSync'),
        synced: count('synced'),
        deferred: 0,
        failed: count('failed'),
      },
      pairs,
      ...more,
    },
    ended: {
      status: 'SUCCEEDED',
      output: null,
      startDate: new Date(0),
      stopDate: new Date(0),
      ...ended,
    } as LocalRun['ended'],
    alerts: [],
    chats: [],
    template: openTemplate({ Resources: {} }, PLACE),
    calls: [],
    logDir: '.mirror/logs/local-1',
    s3Endpoint: 'http://127.0.0.1:9',
    ecrEndpoint: 'http://127.0.0.1:5000',
    key: 'key',
    operator: {},
    account: healthyAccount(),
    stacks: [],
    execute: () => Promise.reject(new Error('it is over')),
    settled: async () => [],
    close: async () => {},
  }
}

test('prints the totals in one line below the table', () => {
  expect(renderOutcome(finished([synced]), 4.2).at(-1)).toBe(
    'SUCCEEDED  1 image, 1 pair: 1 synced; 2.0 MB moved in 4.2 s',
  )
})

test('prints each failed pair with its error, message and log', () => {
  const alert = { subject: 'image-mirror: 1 of 1 pairs failed', message: 'long' }
  const lines = renderOutcome(finished([failed], { alert }, { status: 'FAILED', error: 'MirrorFailed' }), 1)
  expect(lines.slice(3)).toEqual([
    'FAILED  1 image, 1 pair: 1 failed; 0 B moved in 1.0 s',
    '',
    'redis:7.4 -> us-east-1: failed, SourceNotFound',
    '  redis has no tag 7.4',
    '  in place: 7.4',
    '  log: file:///log',
    '  What to do: check the name, the tag or the filters (docs/runbook.md#sourcenotfound)',
    '',
    'Alert sent: image-mirror: 1 of 1 pairs failed',
  ])
})

test('says why a failed run sent no alert', () => {
  const lines = renderOutcome(finished([failed], {}, { status: 'FAILED', error: 'MirrorFailed' }), 1)
  expect(lines.at(-1)).toBe('No alert sent: these failures were reported before.')
})

test('says that a dry run sends no alert, whenever the next one is due', () => {
  const { document } = finished([failed])
  const run = finished(
    [failed],
    { counts: { ...document.counts, stale: 0, missing: 0 } },
    { status: 'FAILED' },
  )
  const lines = renderOutcome(run, 1, undefined, new Date('2026-12-01T10:32:05Z'))
  expect(lines.at(-1)).toBe('No alert sent: a dry run sends none.')
})

test('says when the next alert about known failures is due', () => {
  const run = finished([failed], {}, { status: 'FAILED', error: 'MirrorFailed' })
  expect(renderOutcome(run, 1, undefined, new Date('2026-12-01T10:32:05Z')).at(-1)).toBe(
    'No alert sent: these failures were reported before; the next one is due at 2026-12-01 10:32 UTC (alerts.repeat).',
  )
})

test('prints only the subject of the alert of a run without failures', () => {
  const alert = { subject: 'Recovered: 3 pairs in sync again', message: 'In sync again.\nConsole: …' }
  expect(renderOutcome(finished([synced], { alert }), 1).slice(-2)).toEqual([
    '',
    'Alert sent: Recovered: 3 pairs in sync again',
  ])
})

test('prints the full alert of a refused run', () => {
  const alert = { subject: 'refused', message: 'line one\nline two' }
  const lines = renderOutcome(finished([], { alert }, { status: 'FAILED', error: 'PlanRefused' }), 1)
  expect(lines.slice(-3)).toEqual(['Alert sent: refused', '  line one', '  line two'])
})

test('prints what is wrong with the list, also if pairs failed', () => {
  const list = { broken: { problem: 's3://lists/images.yaml does not exist', since: '2026-11-30T01:00:00Z' } }
  const alert = { subject: 'The list has problems', message: `THE LIST\n${list.broken.problem}` }
  const told = (pairs: RunDocument['pairs']) =>
    renderOutcome(finished(pairs, { list, alert }, { status: 'FAILED', error: 'MirrorFailed' }), 1)
  for (const lines of [told([failed]), told([synced])])
    expect(lines.filter((line) => line.includes(list.broken.problem))).toHaveLength(1)
})

test('prints each warning once with its regions, up to a limit', () => {
  const warned = { ...synced, warnings: ['no signature'] }
  const pairs = [warned, { ...warned, target: 'eu-west-1' }]
  expect(renderOutcome(finished(pairs), 1).slice(-2)).toEqual([
    'redis:7.4 -> us-east-1, eu-west-1: warning',
    '  no signature',
  ])
  const many = { ...synced, warnings: Array.from({ length: 25 }, (_, index) => `warning ${index}`) }
  expect(renderOutcome(finished([many]), 1).at(-1)).toBe('and 5 more warnings; --json prints all of them')
})

test('prints a pull command for an existing image with --serve', () => {
  const options = { ...COMMANDS, serve: true, state: '.mirror', logDir: 'logs', failed: false }
  expect(renderNext(finished([synced]).document, options).join('\n')).toContain(
    'skopeo copy --src-tls-verify=false docker://127.0.0.1:5001/mirror/redis:7.4 oci:here',
  )
})

test('prints the commands that go on with this list, and how to mirror real images after the sample', () => {
  const options = { ...COMMANDS, serve: false, state: '.mirror', logDir: 'logs', failed: false }
  const next = (more: { readonly real?: string } = {}) =>
    renderNext(finished([synced]).document, { ...options, ...more }).slice(2, -3)
  expect(next()).toEqual([
    '  pull an image:  npm start -- --list my.yaml --serve',
    '  deploy it:      npx cdk deploy -c list=my.yaml',
  ])
  expect(next({ real: 'npm start -- --list mirror.yaml' })).toContain(
    '  real images:    npm start -- --list mirror.yaml',
  )
})

test('prints the rerun command and the logs after a failure', () => {
  const rerun = 'npm start -- --input .mirror/failed.json'
  const options = { ...COMMANDS, serve: false, state: '.mirror', logDir: 'logs', failed: true, rerun }
  expect(renderNext(finished([failed]).document, options)).toEqual([
    '',
    'Next steps',
    '  rerun the failed pairs:',
    `    ${rerun}`,
    '',
    'Logs:       logs',
    'Registries: .mirror (kept for the next run)',
  ])
})

test('names the alert, the page of the report, and that of the status', () => {
  const options = { ...COMMANDS, serve: false, state: '.mirror', logDir: 'logs', failed: false }
  const page = '.mirror/runs/local-1.html'
  const status = '.mirror/status.html'
  const alert = '.mirror/runs/local-1.alert.txt'
  expect(renderNext(finished([synced]).document, { ...options, alert, page, status }).slice(-5)).toEqual([
    'Alert:      .mirror/runs/local-1.alert.txt (as a deployed mirror sends it)',
    'Report:     .mirror/runs/local-1.html',
    'Status:     .mirror/status.html',
    'Logs:       logs',
    'Registries: .mirror (kept for the next run)',
  ])
})

test('does not report an empty plan as nothing to do', () => {
  const lines = renderOutcome(finished([], {}, { status: 'FAILED', error: 'PlanRefused' }), 1)
  expect(lines[0]).toContain('nothing was mirrored')
  expect(renderOutcome(finished([]), 1)[0]).toContain('nothing to do')
})

test('fits a screen of 60 columns', () => {
  const image = 'registry.example.com/a/long/path/to/some/image:with-a-long-tag'
  const pairs = [{ ...failed, image, error: { name: 'SourceNotFound', message: 'word '.repeat(60).trim() } }]
  const lines = renderOutcome(finished(pairs, {}, { status: 'FAILED' }), 1, 60)
  // Long names are not shortened where they are needed in full.
  for (const line of lines.filter((one) => !one.startsWith(image)))
    expect(line.length).toBeLessThanOrEqual(60)
})

test('goes on with the copy after a dry run', () => {
  const options = { ...COMMANDS, serve: false, state: '.mirror', logDir: 'logs', failed: false }
  const missing = { ...synced, outcome: 'missing' as const }
  expect(renderNext(finished([missing]).document, { ...options, copy: 'npm start' }).slice(1, -3)).toEqual([
    'Next steps',
    '  mirror it:      npm start',
    '  deploy it:      npx cdk deploy -c list=my.yaml',
  ])
})

test('names no pull command if only other registries hold the images', () => {
  const { region: _, ...elsewhere } = { ...synced, target: 'lab' }
  const options = { ...COMMANDS, state: '.mirror', logDir: 'logs', failed: false }
  for (const serve of [true, false]) {
    const lines = renderNext(finished([elsewhere]).document, { ...options, serve }).join('\n')
    expect(lines).not.toContain('pull an image')
    expect(lines).toContain('deploy it:')
  }
  const both = renderNext(finished([elsewhere, synced]).document, { ...options, serve: true }).join('\n')
  expect(both).toContain('docker pull 127.0.0.1:5001/mirror/redis:7.4')
})
