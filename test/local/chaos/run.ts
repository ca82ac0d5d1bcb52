// A run with random faults everywhere: the synthesized workflow with the bundled functions and the bundled Sync
// program, on registries, ECR, S3 and SNS that sometimes fail. Afterwards, the content of the targets is counted
// again.
import { join } from 'node:path'
import pMap from 'p-map'
import { CLOCKS } from '../../../local/clock.ts'
import { ACCOUNT, startCloud } from '../../../local/cloud.ts'
import { synthesize } from '../../../local/cloudformation/synth.ts'
import { deploy, type Stack } from '../../../local/deploy.ts'
import { type Executed, openExecutions } from '../../../local/executions.ts'
import { parseList } from '../../../mirror/list/parse-list.ts'
import { buildThreads } from './builds.ts'
import { createDice, type Tally } from './dice.ts'
import { judge, type Verdict } from './judge.ts'
import { held } from './recount.ts'
import { fragile, unreliable } from './services.ts'
import { type SourceOptions, startSource } from './source.ts'

export interface ChaosOptions extends SourceOptions {
  readonly seed: number
  /** Share of all requests that fail: 0.05 is one in twenty. */
  readonly rate: number
}

export interface Chaos extends Verdict {
  readonly executed: Executed
  /** Number of faults, by boundary. */
  readonly faults: Readonly<Record<string, Tally>>
  /** Duration in the run's virtual time, and in real time. */
  readonly hours: number
  readonly seconds: number
}

/** Concurrent builds, which mostly wait for each other's registries. */
const BUILDS = 8
/** As set by the construct, so that waiting images do not block others. */
const MAX_CONCURRENT_IMAGES = 40

export async function runChaos(options: ChaosOptions): Promise<Chaos> {
  const { folder, seed, regions, rate } = options
  const dice = createDice(seed, rate)
  const source = await startSource(options, dice)
  const entries = source.images.map(({ repository, tag }) => `${source.address}/${repository}:${tag}`)
  const list = parseList(JSON.stringify({ regions, images: entries }), 'list.json')
  const [region = ''] = regions
  const [assembly, cloud] = await Promise.all([
    synthesize({ list, outdir: join(folder, 'cdk.out'), account: ACCOUNT, region }),
    startCloud({
      region,
      regions,
      ecrDir: join(folder, 'ecr'),
      secretsFile: join(folder, 'secrets.json'),
      anonymousPull: true,
      keepCalls: false,
      onRequest: unreliable(dice),
    }),
  ])
  const threads = buildThreads()
  const deployed = await deploy({
    assembly,
    cloud,
    environment: {},
    workDir: join(folder, 'builds'),
    logDir: join(folder, 'logs'),
    builds: { run: threads.run, concurrency: BUILDS },
  })
  try {
    const { stack, ledger } = fragile(withConcurrency(deployed), dice)
    const signal = new AbortController().signal
    const executions = await openExecutions({ stack, cloud, clock: CLOCKS.instant, stateDir: folder, signal })
    const started = performance.now()
    dice.active = true
    const executed = await executions.execute('chaos', {})
    dice.active = false
    const seconds = (performance.now() - started) / 1000
    const pairs = source.images.flatMap((image) => regions.map((region) => ({ ...image, region })))
    const found = await pMap(
      pairs,
      async ({ repository, tag, digest = '', region }) => ({
        repository,
        region,
        held: await held(cloud.registries[region] ?? '', repository, tag, digest),
      }),
      { concurrency: 16 },
    )
    const hours = (executed.ended.stopDate.getTime() - executed.ended.startDate.getTime()) / 3_600_000
    return {
      ...judge(source.images, found, executed, ledger),
      executed,
      faults: dice.tallies,
      hours,
      seconds,
    }
  } finally {
    await deployed.close()
    await threads.close()
    await cloud.close()
    await source.close()
  }
}

function withConcurrency(stack: Stack): Stack {
  const definition = stack.machine.definition.replace(
    /"MaxConcurrency":10\b/,
    `"MaxConcurrency":${MAX_CONCURRENT_IMAGES}`,
  )
  return { ...stack, machine: { ...stack.machine, definition } }
}
