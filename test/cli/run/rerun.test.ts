import { expect, test } from 'vitest'
import { runCommand } from '../../../cli/run/command.ts'
import {
  againCommand,
  copyCommand,
  deployCommand,
  realCommand,
  rerunCommand,
  rerunInput,
} from '../../../cli/run/rerun.ts'
import type { RunDocument } from '../../../local/run-document.ts'
import { parsed } from '../parsed.ts'

const pair = (image: string, outcome: 'synced' | 'failed') => ({ image, outcome, target: 'us-east-1' })
const document = { pairs: [pair('redis:7', 'synced'), pair('gone:1', 'failed')] } as unknown as RunDocument
const only = [{ image: 'gone:1', target: 'us-east-1' }]

test('reruns only the failed pairs of the same images', () => {
  expect(rerunInput({}, document)).toEqual({ only })
  expect(rerunInput({ images: ['gone:1'], regions: ['us-east-1'], dryRun: true }, document)).toEqual({
    images: ['gone:1'],
    dryRun: true,
    only,
  })
  expect(rerunInput({ imagesFrom: 's3://lists/a', only: [] }, document)).toEqual({
    imagesFrom: 's3://lists/a',
    only,
  })
})

test('reruns nothing if no pair failed or a push started the run', () => {
  expect(rerunInput({}, { pairs: [] } as unknown as RunDocument)).toBeUndefined()
  expect(rerunInput({ push: {} }, document)).toBeUndefined()
})

test('keeps only the relevant flags in the command', () => {
  const npm = { npm_lifecycle_event: 'start', INIT_CWD: process.cwd() }
  expect(rerunCommand(parsed(runCommand, []), npm)).toBe('npm start -- --input .mirror/failed.json')
  const flags = [
    '--list',
    'my list.yaml',
    '--regions',
    'us-east-1,eu-west-1',
    '--state',
    '/tmp/s',
    '--clock',
    'real',
  ]
  expect(rerunCommand(parsed(runCommand, flags), {})).toBe(
    "npx image-mirror run --list 'my list.yaml' --regions us-east-1,eu-west-1 --state /tmp/s --clock real --input /tmp/s/failed.json",
  )
})

test('goes on with the list, the state and the clock of the run', () => {
  const npm = { npm_lifecycle_event: 'start', INIT_CWD: process.cwd() }
  const plain = parsed(runCommand, [])
  const own = parsed(runCommand, ['--list', 'my list.yaml', '--state', '/tmp/s'])
  expect(againCommand(plain, ['--serve'], npm)).toBe('npm start -- --serve')
  expect(againCommand(own, ['--serve'], npm)).toBe(
    "npm start -- --list 'my list.yaml' --state /tmp/s --serve",
  )
  expect(realCommand(parsed(runCommand, ['--state', '/tmp/s']), npm)).toBe(
    'npm start -- --list mirror.yaml --regions us-east-1,eu-west-1 --state /tmp/s',
  )
  expect(deployCommand(plain, npm)).toBe('npx cdk deploy')
  expect(deployCommand(own, npm)).toBe("npx cdk deploy -c 'list=my list.yaml'")
})

test('copies what a dry run found, with its input and its targets', () => {
  const npm = { npm_lifecycle_event: 'start', INIT_CWD: process.cwd() }
  expect(copyCommand(parsed(runCommand, ['--dry-run']), npm)).toBe('npm start')
  const flags = ['--dry-run', '--list', 'my.yaml', '--targets', 'lab,regions', '--input', 'in.json']
  expect(copyCommand(parsed(runCommand, flags), npm)).toBe(
    'npm start -- --list my.yaml --targets lab,regions --input in.json',
  )
})
