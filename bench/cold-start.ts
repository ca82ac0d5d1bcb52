/**
 * `npm run bench:cold-start [-- ROUNDS]`: how long a fresh Node takes to load each bundle that is deployed, up to the
 * moment when its handler could be called. Lambda adds its own start of the sandbox, and has a slower processor: a
 * function gets a share of one that grows with its memory (1,769 MB are one:
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html).
 */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { programFolder } from '../infra/bundle.ts'
import { PROGRAMS, type Program } from '../infra/programs.ts'
import { median } from './measure.ts'

/** What the handlers want to have at hand when they are loaded. */
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
  if (status !== 0) throw new Error(`the bundle in ${folder} did not load: ${stderr}`)
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
  // In turns, so that whatever else the machine does meets all alike.
  for (let round = 0; round < rounds; round++)
    for (const { folder, times } of bundles) times.push(loadOnce(folder))
  console.log(`Node ${process.versions.node}, ${rounds} rounds, milliseconds\n`)
  console.log('function       kB   least  median')
  for (const bundle of bundles) console.log(describe(bundle))
} finally {
  rmSync(root, { recursive: true })
}
