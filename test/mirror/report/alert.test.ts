// The alert of a failed run.
import { expect, test } from 'vitest'
import type { PairReport } from '../../../mirror/documents.ts'
import { type AlertContext, draftAlert } from '../../../mirror/report/alert.ts'
import { startTally } from '../../../mirror/report/report.ts'
import { rerunPairs } from '../../../mirror/report/rerun.ts'
import { pair } from './reports.ts'

const context = {
  run: { name: 'run-1', dryRun: false },
  execution: 'arn:aws:states:us-east-1:123456789012:execution:mirror:run-1',
  stateMachine: 'arn:aws:states:us-east-1:123456789012:stateMachine:mirror',
  reportUrl: 's3://work/runs/run-1/report.json',
  page: { bucket: 'work', key: 'runs/run-1/report.html' },
}

function alertOf(pairs: readonly PairReport[], more: Partial<Omit<AlertContext, 'counts'>> = {}) {
  const tally = startTally(context.run)
  const draft = draftAlert()
  for (const [, some] of Map.groupBy(pairs, ({ image }) => image)) {
    tally.add(some)
    draft.add(some)
  }
  return draft.finish({ ...context, counts: tally.counts(), only: rerunPairs(pairs), ...more })
}

test('names the failed pairs, the reasons, the logs and the rerun command', () => {
  const { subject, message } = alertOf([
    pair({ error: { name: 'AccessDenied', message: 'not for you', log: 'https://log' } }),
    pair({ outcome: 'synced' }),
  ])
  expect(subject).toBe('image-mirror: 1 of 2 pairs failed (run run-1)')
  expect(message).toBe(
    [
      '1 of 2 pairs failed; 1 synced, 0 in sync.',
      '',
      'Failed:',
      '- docker.io/library/redis:7.4 -> mirror/redis in us-east-1',
      '  AccessDenied: not for you',
      '  log: https://log',
      '',
      'Execution: https://us-east-1.console.aws.amazon.com/states/home?region=us-east-1#/v2/executions/details/' +
        'arn:aws:states:us-east-1:123456789012:execution:mirror:run-1',
      'Report: https://us-east-1.console.aws.amazon.com/s3/object/work?region=us-east-1&prefix=runs/run-1/report.html',
      '  or: aws s3 cp s3://work/runs/run-1/report.html . --region us-east-1',
      'All pairs: s3://work/runs/run-1/report.json',
      '',
      'Rerun only the failed pairs:',
      'aws stepfunctions start-execution' +
        ' --state-machine-arn arn:aws:states:us-east-1:123456789012:stateMachine:mirror --region us-east-1' +
        ` --input '{"only":[{"image":"docker.io/library/redis:7.4","target":"us-east-1"}]}'`,
    ].join('\n'),
  )
})

test('does not name a page that could not be written', () => {
  const { message } = alertOf([pair({})], { page: undefined })
  expect(message).not.toContain('report.html')
  expect(message).toContain('All pairs: s3://work/runs/run-1/report.json')
})

test('groups regions with the same error', () => {
  const { message } = alertOf([pair({}), pair({ target: 'eu-west-1' })])
  expect(message).toContain('- docker.io/library/redis:7.4 -> mirror/redis in us-east-1, eu-west-1\n')
  expect(message.match(/SourceNotFound/g)).toHaveLength(1)
})

test('lists deferred pairs separately, and not in the rerun command', () => {
  const { message } = alertOf([pair({}), pair({ outcome: 'deferred', target: 'eu-west-1' })])
  const [failed, deferred] = message.split('Deferred; the next run continues with them:')
  expect(failed).not.toContain('eu-west-1')
  expect(deferred).toContain('-> mirror/redis in eu-west-1')
  expect(deferred).not.toContain('"target":"eu-west-1"')
})

test('has no rerun command for a run without failures', () => {
  const { subject, message } = alertOf([pair({ outcome: 'inSync' })])
  expect(subject).toBe('image-mirror: 0 of 1 pairs failed (run run-1)')
  expect(message).not.toContain('start-execution')
})

test('fits into a message for any number of failed pairs, and lists or counts each', () => {
  const many = Array.from({ length: 20_000 }, (_, index) =>
    pair({ image: `quay.io/team/app${index}:1`, error: { name: 'X', message: `"${'é'.repeat(2_000)}"\n` } }),
  )
  const { message } = alertOf(many, { only: 's3://work/runs/run-1/rerun.json' })
  expect(Buffer.byteLength(JSON.stringify(message))).toBeLessThan(200_000)
  const listed = message.match(/^- quay/gm)?.length ?? 0
  expect(listed).toBeGreaterThan(10)
  expect(message).toContain(`- and ${20_000 - listed} more, see the report: ${20_000 - listed} X`)
  expect(message).toContain(`--input '{"only":"s3://work/runs/run-1/rerun.json"}'`)
})

test('bounds the message in bytes, for any characters', () => {
  const many = Array.from({ length: 100 }, (_, index) =>
    pair({ image: `quay.io/team/app${index}:1`, error: { name: 'X', message: '漢'.repeat(900) } }),
  )
  for (const outcome of ['failed', 'deferred'] as const) {
    const { message } = alertOf(
      many.map((one) => ({ ...one, outcome })),
      { only: 's3://work/rerun.json' },
    )
    const listed = message.match(/^- quay/gm)?.length ?? 0
    expect(listed).toBeGreaterThan(2)
    expect(Buffer.byteLength(message)).toBeLessThan((outcome === 'failed' ? 48 : 12) * 1024 + 1_000)
  }
})

test('names the tags in place, as many as fit into a line, by region if they differ', () => {
  const digest = `sha256:${'0'.repeat(64)}` as const
  const tags = Array.from({ length: 100 }, (_, index) => ({ tag: `7.${index}`, digest }))
  const some = [
    pair({ tags }),
    pair({ tags, target: 'eu-west-1' }),
    pair({ tags: [{ digest }], target: 'us-west-2' }),
  ]
  const { message } = alertOf(some)
  expect(message).toMatch(/in us-east-1, eu-west-1\n.*\n {2}in place: 7\.0, 7\.1, .* and \d+ more\n/)
  expect(message).toContain(
    `in us-west-2\n  SourceNotFound: docker.io/library/redis has no tag "7.4"\n  in place: ${digest}\n`,
  )
  expect(message.length).toBeLessThan(2_500)
})

test('counts unlisted pairs by error, the most frequent first', () => {
  const named = (count: number, name: string) =>
    Array.from({ length: count }, (_, index) =>
      pair({ image: `${name}-${index}`, error: { name, message: 'x'.repeat(900) } }),
    )
  const { message } = alertOf([...named(60, 'A'), ...named(5, 'B'), ...named(30, 'C')])
  expect(message).toMatch(/^- and \d+ more, see the report: 30 C, \d+ A, 5 B$/m)
  const all = alertOf([...Array(12).keys()].flatMap((index) => named(60, `E${index}`))).message
  expect(all).toMatch(/^- and \d+ more, see the report: 60 E1, .* 60 E10 and others$/m)
})

test.each(['a'.repeat(200), 'naïve-✓', 'x'.repeat(80)])(
  'the subject is one that SNS takes, whatever the run: %s',
  (name) => {
    const { subject } = alertOf([pair({})], { run: { name, dryRun: false } })
    expect(subject).toMatch(/^[\x20-\x7e]{1,100}$/)
  },
)
