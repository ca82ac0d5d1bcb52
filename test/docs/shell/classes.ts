// Classes of the commands that the pages show: those that a test runs, and those that cannot run here, whose words are
// checked instead.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { problemsOfAws } from './aws.ts'
import type { Words } from './words.ts'

const ROOT = join(import.meta.dirname, '../../..')
const SCRIPTS = Object.keys(JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).scripts)
const CI = readFileSync(join(ROOT, '.ci/run'), 'utf8')

export interface CommandClass {
  /** The first words of its commands. */
  readonly begins: readonly string[]
  /** Whether test/docs/pages.system.test.ts runs the command. @default - as the other commands of its script */
  readonly runs?: boolean
  problemsOf?(words: Words): string[]
}

export const CLASSES: readonly CommandClass[] = [
  { begins: ['npx image-mirror', 'npm start'], runs: true },
  { begins: ['cat', 'sed', 'mv', 'ls'], runs: true },
  // Needs AWS: the embedded services do not implement all of these commands.
  { begins: ['aws'], runs: false, problemsOf: problemsOfAws },
  { begins: ['npx cdk'], runs: false, problemsOf: problemsOfCdk },
  // Needs a package registry: the package tests install the package in apps.
  { begins: ['npm install', 'npm pack', 'npm run'], runs: false, problemsOf: problemsOfNpm },
  // CI runs them. In scripts that run here, they do nothing.
  { begins: ['npm ci', 'npm test'], problemsOf: problemsOfNpm },
  // Needs the project's repository, or its own tests.
  { begins: ['git clone', 'git checkout', 'git config', 'npx vitest run'], runs: false },
  // Needs third-party programs.
  { begins: ['docker run', 'docker rm', 'go install', 'jq'], runs: false },
  // Occurs in scripts of every class.
  { begins: ['cd', 'read', 'rm'] },
]

export function classOf(words: Words): CommandClass | undefined {
  const line = words.join(' ')
  return CLASSES.find(({ begins }) => begins.some((start) => line === start || line.startsWith(`${start} `)))
}

const CDK: Readonly<Record<string, readonly string[]>> = {
  bootstrap: [],
  deploy: ['-c', '--all'],
  destroy: ['-c', '--all'],
  diff: ['-c'],
  synth: ['-c', '--quiet'],
}

/** The context keys that `infra/build-app.ts` reads. */
const SETTINGS = ['list', 'schedule', 'compute', 'name']

function problemsOfCdk([, , command = '', ...rest]: Words): string[] {
  const flags = CDK[command]
  if (flags === undefined) return [`npx cdk ${command} is not in the table`]
  const unknown = rest.filter((word) => word.startsWith('-') && !flags.includes(word))
  const settings = rest
    .filter((_, index) => rest[index - 1] === '-c')
    .map((setting) => setting.split('=')[0] ?? '')
  return [
    ...unknown.map((flag) => `npx cdk ${command} ${flag} is not in the table`),
    ...settings.filter((name) => !SETTINGS.includes(name)).map((name) => `the app has no setting ${name}`),
  ]
}

function problemsOfNpm([, command = '', name = '']: Words): string[] {
  if (command === 'run') return SCRIPTS.includes(name) ? [] : [`package.json has no script ${name}`]
  if (command === 'ci' || command === 'test')
    return CI.includes(`npm ${command}\n`) ? [] : [`.ci/run lacks it`]
  return []
}
