/**
 * `npm run bench:cold-start [-- ROUNDS]`: measures how long a new Node process takes to load the bundle of each
 * function. A cold start in Lambda takes longer: it includes the start of the sandbox, and a function's share of the
 * processor depends on its memory (1,769 MB for a whole vCPU).
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
 */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { programFolder } from '../infra/bundle.ts'
import { PROGRAMS, type Program } from '../infra/programs.ts'
import { median } from './measure.ts'

/** Variables that the handlers read while they load. */
const ENVIRONMENT = { WORK_BUCKET: 'work-bucket', LIST_URL: 's3://bucket/list.json', AWS_REGION: 'us-east-1' }
const LOAD = `
  const started = performance.now()
  await import('./index.mjs')
  console.log(performance.now() - started)`

function loadOnce(folder: string): number {
  const { stdout, stderr, status } = spawnSync(process.execPath, ['--input-type=module', '-e', LOAD], {
    cwd: folder,
    env: ENVIRONMENT,
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`failed to load the bundle in ${folder}: ${stderr}`)
  return Number(stdout)
}

const FUNCTIONS = ['plan', 'resolve', 'diff', 'outcome', 'report'] as const satisfies readonly Program[]

interface Bundled {
  readonly name: Program
  readonly folder: string
  readonly bytes: number
  readonly times: number[]
}

function bundleAll(root: string): Bundled[] {
  return FUNCTIONS.map((name) => {
    const folder = mkdtempSync(join(root, name))
    cpSync(programFolder(name), folder, { recursive: true })
    return { name, folder, bytes: statSync(join(folder, PROGRAMS[name].file)).size, times: [] }
  })
}

function describe({ name, bytes, times }: Bundled): string {
  const numbers = [bytes / 1000, Math.min(...times), median(times)]
  return name.padEnd(9) + numbers.map((number) => number.toFixed(0).padStart(8)).join('')
}

const rounds = Number(process.argv[2] ?? 15)
const root = mkdtempSync(join(tmpdir(), 'image-mirror-cold-'))
try {
  const bundles = bundleAll(root)
  // The bundles take turns, so that other load on the machine affects them equally.
  for (let round = 0; round < rounds; round++)
    for (const { folder, times } of bundles) times.push(loadOnce(folder))
  console.log(`Node ${process.versions.node}, ${rounds} rounds, milliseconds\n`)
  console.log('function       kB   least  median')
  for (const bundle of bundles) console.log(describe(bundle))
} finally {
  rmSync(root, { recursive: true })
}
