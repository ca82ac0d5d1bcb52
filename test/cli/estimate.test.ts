// The command `estimate`.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { estimateCommand } from '../../cli/estimate/command.ts'
import { hoursText } from '../../cli/estimate/text.ts'
import { estimate } from '../../cli/estimate.ts'
import { documentOf } from './documents.ts'
import { parsed } from './parsed.ts'
import { screenOf } from './terminal/screen.ts'

let folder: string
let list: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'estimate-'))
  list = join(folder, 'list.yaml')
  await writeFile(
    list,
    'regions: [us-east-1, eu-west-1, sa-east-1]\nimages: [redis, {source: nginx, regions: [eu-west-1]}]\n',
  )
})
afterAll(() => rm(folder, { recursive: true }))

async function run(...args: string[]): Promise<string> {
  return runOn({}, ...args)
}

async function runOn(screen: object, ...args: string[]): Promise<string> {
  const { stream, text } = screenOf(screen)
  expect(await estimate(parsed(estimateCommand, args), { stdout: stream, stderr: stream })).toBe(0)
  return text()
}

test('takes the list as an argument, as other commands do, or with --list', async () => {
  expect(await run(list)).toBe(await run('--list', list))
  expect(parsed(estimateCommand, [])).toMatchObject({ list: 'mirror.yaml' })
  expect(() => parsed(estimateCommand, ['a.yaml', '--list', 'b.yaml'])).toThrow(
    'the list is given twice, as "a.yaml" and with --list',
  )
})

test('prints the cost of a list by part and by target, and the duration of its runs', async () => {
  const told = await run('--list', list, '--gb', '1', '--changes', '2')
  expect(told).toContain('2 images, 4 pairs; 30 runs a month, each image of 1 GB changes 2 times')
  // Four pairs of 1 GB. Two read from the first region, and that of nginx reads from upstream: three are sent elsewhere.
  expect(told).toMatch(/ECR storage +0\.40 USD a month/)
  expect(told).toMatch(/transfer +0\.12 USD a month/)
  expect(told).toMatch(/KMS keys, secrets +1\.00 USD a month/)
  // An alarm for the schedule and two others, and metrics of one hour a day.
  expect(told).toMatch(/CloudWatch alarms, metrics +0\.50 USD a month/)
  expect(told).toMatch(/total +2\.\d\d USD a month/)
  expect(told).toMatch(/targets +pairs +builds +transfer +storage\n/)
  expect(told).toMatch(/home region +1 +0\.01 +0\.00 +0\.10\n/)
  expect(told).toMatch(/other regions +3 +0\.02 +0\.12 +0\.30\n/)
  expect(told).toMatch(/at internet rates \(0\.09 per GB\), transfer costs 0\.54 and the total is 2\.\d\d\./)
  expect(told).toContain('with builds of 40 s, 1 at a time')
})

test('fits a terminal of 80 columns', async () => {
  const told = await runOn(
    { isTTY: true, columns: 80 },
    '--list',
    list,
    '--gb',
    '0.123456',
    '--runs',
    '123456',
  )
  expect(Math.max(...told.split('\n').map((line) => line.length))).toBeLessThan(80)
  expect(told.replaceAll('\n', ' ')).toContain('at internet rates (0.09 per GB), transfer costs')
})

test('omits transfer if there is none', async () => {
  expect(await run('--list', list, '--changes', '0')).not.toContain('internet rates')
})

test('prints one JSON document for programs', async () => {
  const { costs, total, totalAtMost, hours, places, notes } = documentOf(
    'estimate',
    await run('--list', list, '--json'),
  )
  expect(total).toBeCloseTo(Object.values(costs).reduce((sum, cost) => sum + cost))
  expect(totalAtMost - total).toBeCloseTo(costs.transfer * 3.5)
  expect(hours.changed).toBeGreaterThan(hours.unchanged)
  expect(places.map(({ place, pairs }) => [place, pairs])).toEqual([
    ['home', 1],
    ['region', 3],
  ])
  expect(notes).toEqual([])
})

test('counts the runs that the schedules start, unless --runs says otherwise', async () => {
  const scheduled = join(folder, 'scheduled.yaml')
  await writeFile(
    scheduled,
    'regions: [us-east-1]\nschedule: rate(12 hours)\nimages: [redis, {source: nginx, schedule: rate(1 day)}]\n',
  )
  expect(await run('--list', scheduled)).toContain('2 pairs; 90 runs a month')
  expect(await run('--list', scheduled, '--runs', '10')).toContain('2 pairs; 10 runs a month')
})

test('shortens the first run with more concurrent builds, at the same cost', async () => {
  const [one, ten] = await Promise.all(
    ['1', '10'].map(async (builds) =>
      documentOf('estimate', await run('--list', list, '--builds', builds, '--json')),
    ),
  )
  expect(ten?.hours.changed).toBeLessThan(one?.hours.changed ?? 0)
  expect(ten?.total).toBe(one?.total)
})

test.each([
  [['--gb', 'much'], '--gb: "much" is not a number of 0 or more'],
  [['--runs', '-1'], '--runs: "-1" is not a number of 0 or more'],
  [['--compute', 'mainframe'], "'mainframe' is invalid. Allowed choices are ec2, lambda."],
  [['--what'], "unknown option '--what'"],
  [['--report', 'ssm:/report'], '"ssm:/report" is not a report'],
  [['--list', '-', '--report', '-'], 'cannot both be standard input'],
])('refuses %j', async (args, complaint) => {
  const given = args.includes('--list') ? args : ['--list', list, ...args]
  await expect(run(...given)).rejects.toMatchObject({
    name: 'UsageError',
    message: expect.stringContaining(complaint),
  })
})

test.each([
  [['--list', 'none.yaml'], 'file none.yaml not found'],
  [['--report', 'none.json'], '--report: file none.json not found'],
])('refuses the files of %j', async (args, complaint) => {
  await expect(run('--list', list, ...args)).rejects.toMatchObject({
    name: 'InvalidInput',
    message: expect.stringContaining(complaint),
  })
})

test.each([
  [10 / 3600, '10 s'],
  [0.5, '30 min'],
  [5, '5.0 h'],
  [72, '3.0 days'],
])('formats %d hours as %s', (hours, text) => {
  expect(hoursText(hours)).toBe(text)
})
