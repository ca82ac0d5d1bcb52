// The alert of a run, as someone reads it on a phone.
import { expect, test } from 'vitest'
import type { News } from '../../../../mirror/status/news.ts'
import { pair } from '../reports.ts'
import { alertOf, NOW, RUN, sentAlert } from './alerts.ts'

const PLACE = { image: pair({}).image, target: 'us-east-1', repository: 'mirror/redis' }
const SINCE = '2026-11-30T00:02:03.000Z'
const LAST_GOOD = '2026-11-27T00:02:03.000Z'
const QUIET: News = { kind: undefined, failed: [], persisting: [], recovered: [] }

test('says what failed, since when, and what to do', () => {
  const news: News = { ...QUIET, kind: 'failed', failed: [{ ...PLACE, since: SINCE, lastGood: LAST_GOOD }] }
  const { subject, message } = sentAlert(
    [
      pair({ error: { name: 'AccessDenied', message: 'not for you', log: 'https://log' } }),
      pair({ outcome: 'synced' }),
    ],
    { news },
  )
  expect(subject).toBe('Failed: 1 of 2 pairs, library/redis:7.4 (ImageMirror)')
  expect(message).toBe(
    [
      '1 of 2 pairs failed.',
      'Mirror: ImageMirror',
      'Account: 123456789012',
      'Region: us-east-1',
      'Run: run-1',
      'In sync: 1 (1 copied)',
      '',
      'FAILED',
      '- docker.io/library/redis:7.4',
      '  to us-east-1',
      '  AccessDenied: not for you',
      '  What to do: check credentials and policies',
      '  Since: 2026-11-30 00:02 UTC',
      '  Last good: 2026-11-27 00:02 UTC,',
      '    3 days ago',
      '  log: https://log',
      '',
      'LOOK',
      'Report: https://us-east-1.console.aws.amazon.com/s3/object/work?region=us-east-1&prefix=runs/run-1/report.html',
      'Status: https://us-east-1.console.aws.amazon.com/s3/object/work?region=us-east-1&prefix=status/status.html',
      'Run: https://us-east-1.console.aws.amazon.com/states/home?region=us-east-1#/v2/executions/details/' +
        'arn:aws:states:us-east-1:123456789012:execution:mirror:run-1',
      'Or: aws s3 cp s3://work/runs/run-1/report.html . --region us-east-1',
      '',
      'RERUN WHAT FAILED',
      'aws stepfunctions start-execution' +
        ' --state-machine-arn arn:aws:states:us-east-1:123456789012:stateMachine:mirror --region us-east-1' +
        ` --input '{"only":"s3://work/runs/run-1/rerun.json"}'`,
    ].join('\n'),
  )
})

test('has lines of our own that fit 40 columns', () => {
  const items = [{ ...PLACE, since: SINCE, lastGood: LAST_GOOD }]
  const error = { name: 'RegistryUnavailable', message: 'no answer' }
  const image = 'quay.io/team/app:1'
  const all = { failed: items, persisting: [{ ...PLACE, image, since: SINCE }], recovered: items }
  for (const kind of ['failed', 'digest', 'recovered'] as const) {
    const pairs = [pair({ error }), pair({ error, image }), pair({ error, image: 'x', outcome: 'deferred' })]
    const { message } = sentAlert(pairs, { news: { kind, ...all } })
    const long = message.split('\n').filter((line) => line.length > 40)
    // Names, links and commands cannot be shorter.
    expect(long.filter((line) => !/https:|aws s3|aws stepfunctions|What to do:/.test(line))).toEqual([])
  }
})

test('sends nothing if there is nothing to tell', () => {
  expect(alertOf([pair({})], { news: QUIET })).toBeUndefined()
  expect(alertOf([pair({ outcome: 'inSync' })])).toBeUndefined()
})

test('sends nothing for a dry run, whatever fails or is wrong with the list', () => {
  const run = { ...RUN, dryRun: true }
  expect(alertOf([pair({})], { run })).toBeUndefined()
  expect(alertOf([], { run, listProblems: ['s3://lists/b.yaml is broken'] })).toBeUndefined()
})

test('reports recoveries, with how long they took', () => {
  const recovered = ['us-east-1', 'eu-west-1'].map((target) => ({ ...PLACE, target, since: SINCE }))
  const { subject, message, attributes } = sentAlert([pair({ outcome: 'inSync' })], {
    news: { ...QUIET, kind: 'recovered', recovered },
  })
  expect(subject).toBe('Recovered: 2 pairs in sync again, library/redis:7.4 (ImageMirror)')
  expect(message).toContain(
    [
      'IN SYNC AGAIN',
      '- docker.io/library/redis:7.4',
      '  in us-east-1, eu-west-1',
      '  after 1 hour, since',
      '  2026-11-30 00:02 UTC',
    ].join('\n'),
  )
  expect(message).not.toContain('start-execution')
  expect(attributes).toMatchObject({ kind: 'recovered', outcome: 'succeeded' })
})

test('only counts failures that were reported before, until their digest is due', () => {
  const persisting = [{ ...PLACE, image: 'quay.io/team/app:1', since: LAST_GOOD }]
  const news: News = { ...QUIET, kind: 'failed', failed: [{ ...PLACE, since: SINCE }], persisting }
  const pairs = [pair({}), pair({ image: 'quay.io/team/app:1' })]
  const { message } = sentAlert(pairs, { news })
  expect(message).toContain('STILL FAILING\n1 pair, reported before; the\noldest for 3 days. See the report.')
  expect(message).not.toContain('- quay.io/team/app:1')
  const digest = sentAlert(pairs, { news: { ...news, kind: 'digest', failed: [] } })
  expect(digest.subject).toBe('Still failing: 1 of 2 pairs, team/app:1 (ImageMirror)')
  expect(digest.message).toContain('STILL FAILING\n- quay.io/team/app:1\n')
})

test('does not name pages that could not be written', () => {
  const { message } = sentAlert([pair({})], { page: undefined, status: undefined })
  expect(message).not.toMatch(/\.html/)
  expect(message).toContain('All pairs: s3://work/runs/run-1/report.json')
})

test('groups targets with the same error', () => {
  const { message } = sentAlert([pair({}), pair({ target: 'eu-west-1' })])
  expect(message).toContain('- docker.io/library/redis:7.4\n  to us-east-1, eu-west-1\n')
  expect(message.match(/SourceNotFound:/g)).toHaveLength(1)
})

test('groups targets only if they fail since the same time', () => {
  const failed = [
    { ...PLACE, since: SINCE },
    { ...PLACE, target: 'eu-west-1', since: LAST_GOOD },
  ]
  const pairs = [pair({}), pair({ target: 'eu-west-1' })]
  const { message } = sentAlert(pairs, { news: { ...QUIET, kind: 'failed', failed } })
  expect(message.match(/ {2}to (.*)\n/g)).toEqual(['  to us-east-1\n', '  to eu-west-1\n'])
})

test('lists deferred pairs separately', () => {
  const { message } = sentAlert([pair({}), pair({ outcome: 'deferred', target: 'eu-west-1' })])
  const [failed, deferred] = message.split('DEFERRED\nThe next run continues with them.')
  expect(failed).toContain('Deferred: 1')
  expect(failed).not.toContain('eu-west-1')
  expect(deferred).toContain('  to eu-west-1')
})

test('fits into a message for any number of failed pairs, and lists or counts each', () => {
  const many = Array.from({ length: 20_000 }, (_, index) =>
    pair({ image: `quay.io/team/app${index}:1`, error: { name: 'X', message: `"${'é'.repeat(2_000)}"\n` } }),
  )
  const { message, chat, attributes } = sentAlert(many)
  expect(Buffer.byteLength(JSON.stringify({ message, chat, attributes }))).toBeLessThan(200_000)
  const listed = message.match(/^- quay/gm)?.length ?? 0
  expect(listed).toBeGreaterThan(10)
  expect(message).toContain(`- and ${20_000 - listed} more, see the report: ${20_000 - listed} X`)
})

test('bounds the message in bytes, for any characters', () => {
  const many = Array.from({ length: 100 }, (_, index) =>
    pair({ image: `quay.io/team/app${index}:1`, error: { name: 'X', message: '漢'.repeat(900) } }),
  )
  const deferred = many.map((one) => ({ ...one, outcome: 'deferred' as const }))
  const { message } = sentAlert([pair({ image: 'first' }), ...many, ...deferred])
  expect(message.match(/^- quay/gm)?.length).toBeGreaterThan(4)
  expect(Buffer.byteLength(message)).toBeLessThan(52 * 1024)
})

test('names the tags in place, as many as fit into a line, by target if they differ', () => {
  const digest = `sha256:${'0'.repeat(64)}`
  const tags = Array.from({ length: 100 }, (_, index) => ({ tag: `7.${index}`, digest }))
  const some = [
    pair({ tags }),
    pair({ tags, target: 'eu-west-1' }),
    pair({ tags: [{ digest }], target: 'us-west-2' }),
  ]
  const { message } = sentAlert(some)
  expect(message).toMatch(/to us-east-1, eu-west-1\n[\s\S]*\n {2}in place: 7\.0, 7\.1, .* and \d+ more\n/)
  expect(message).toMatch(new RegExp(`to us-west-2\\n[\\s\\S]*\\n {2}in place: ${digest}\\n`))
  expect(message.length).toBeLessThan(3_000)
})

test('counts unlisted pairs by error, the most frequent first', () => {
  const named = (count: number, name: string) =>
    Array.from({ length: count }, (_, index) =>
      pair({ image: `${name}-${index}`, error: { name, message: 'x'.repeat(900) } }),
    )
  const { message } = sentAlert([...named(60, 'A'), ...named(5, 'B'), ...named(30, 'C')])
  expect(message).toMatch(/^- and \d+ more, see the report: \d+ A, \d+ C, 5 B$|: 30 C, \d+ A, 5 B$/m)
  const all = sentAlert([...Array(12).keys()].flatMap((index) => named(60, `E${index}`))).message
  expect(all).toMatch(/^- and \d+ more, see the report: 60 E\d+, .* and others$/m)
})

test.each(['a'.repeat(200), 'naïve-✓', 'x'.repeat(80)])(
  'the subject is one that SNS takes, whatever the names: %s',
  (name) => {
    for (const more of [{ mirror: name }, { run: { ...RUN, name } }]) {
      const { subject } = sentAlert([pair({ image: `quay.io/${name}` })], more)
      expect(subject).toMatch(/^[\x20-\x7e]{1,100}$/)
      expect(subject).toMatch(/^Failed: 1 of 1 pair, /)
    }
  },
)

test('has attributes to filter on, in the form of SNS', () => {
  const { attributes } = sentAlert([pair({}), pair({ target: 'eu-west-1' })], {
    run: { ...RUN, schedule: 'rate(1 day)' },
  })
  expect(attributes).toEqual({
    kind: 'failed',
    outcome: 'failed',
    images: '["docker.io/library/redis:7.4"]',
    targets: '["us-east-1","eu-west-1"]',
    schedule: 'rate(1 day)',
  })
  expect(sentAlert([pair({})]).attributes.schedule).toBe('none')
})

test('bounds the attributes', () => {
  const many = Array.from({ length: 5_000 }, (_, index) => pair({ image: `${'x'.repeat(100)}${index}` }))
  const { attributes } = sentAlert(many)
  expect(attributes.images.length).toBeLessThan(9_000)
  expect((JSON.parse(attributes.images) as string[]).length).toBeGreaterThan(50)
})

test('has no more than a minute of age right after the failure', () => {
  const failed = [{ ...PLACE, since: NOW.toISOString() }]
  const { message } = sentAlert([pair({})], { news: { ...QUIET, kind: 'failed', failed } })
  expect(message).toContain('  Since: 2026-11-30 01:02 UTC\n  Last good: never\n')
})

const BROKEN = ['The list is broken. s3://lists/images.yaml does not exist']
const LISTED = { since: SINCE } as const

test('says what is wrong with the list, since when, and that the pairs are fine', () => {
  const { subject, message, attributes } = sentAlert([pair({ outcome: 'inSync' })], {
    listProblems: BROKEN,
    listNews: { ...LISTED, kind: 'failed' },
  })
  expect(subject).toBe('The list has problems; 0 of 1 pair failed (ImageMirror)')
  expect(message).toMatch(/^The list has problems\.\nMirror: /)
  expect(message).toContain(
    `THE LIST\n${BROKEN[0]}\nWhat to do: correct the list\nSince: 2026-11-30 00:02 UTC\n`,
  )
  expect(attributes).toMatchObject({ kind: 'failed', outcome: 'succeeded' })
})

test('only mentions problems of the list that were reported before, until they are due', () => {
  const quiet = { listProblems: BROKEN, listNews: { ...LISTED, kind: undefined } }
  expect(alertOf([pair({ outcome: 'inSync' })], quiet)).toBeUndefined()
  const { subject, message } = sentAlert([pair({})], quiet)
  expect(subject).toBe('Failed: 1 of 1 pair, library/redis:7.4 (ImageMirror)')
  expect(message).toContain('THE LIST\nIts problems were reported before;\nthey last for 1 hour.\n')
  const digest = sentAlert([pair({ outcome: 'inSync' })], {
    listProblems: BROKEN,
    listNews: { ...LISTED, kind: 'digest' },
  })
  expect(digest.subject).toBe('The list still has problems; 0 of 1 pair failed (ImageMirror)')
  expect(digest.message).toContain(BROKEN[0])
  expect(digest.attributes.kind).toBe('digest')
})

test('reports once that the list has no problems any more', () => {
  const { subject, message, attributes } = sentAlert([pair({ outcome: 'inSync' })], {
    news: QUIET,
    listNews: { ...LISTED, kind: 'recovered' },
  })
  expect(subject).toBe('Recovered: the whole list is mirrored again (ImageMirror)')
  expect(message).toMatch(/^The whole list is mirrored again\.\nMirror: /)
  expect(message).toContain(
    'THE LIST\nAll of it is mirrored again.\nIt had problems for 1 hour, since\n2026-11-30 00:02 UTC.\n',
  )
  expect(attributes).toMatchObject({ kind: 'recovered', outcome: 'succeeded' })
})

test('tells of failed pairs first, if the list has recovered', () => {
  const { subject, attributes } = sentAlert([pair({})], { listNews: { ...LISTED, kind: 'recovered' } })
  expect(subject).toBe('Failed: 1 of 1 pair, library/redis:7.4 (ImageMirror)')
  expect(attributes.kind).toBe('failed')
})
