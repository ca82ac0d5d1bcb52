// Prints the figures of a chaos run: npm run test:chaos [-- --images 1000 --seed 1 --rate 0.05]
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Executed } from '../../../local/executions.ts'
import { runChaos } from './run.ts'

const { values } = parseArgs({
  options: {
    images: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
    rate: { type: 'string', default: '0.05' },
  },
})
const REGIONS = ['us-east-1', 'eu-west-1', 'ap-southeast-2']
const [images, seed, rate] = [Number(values.images), Number(values.seed), Number(values.rate)]
const folder = await mkdtemp(join(tmpdir(), 'chaos-'))
try {
  const chaos = await runChaos({ folder, seed, images, regions: REGIONS, rate, stale: 2 })
  const { executed, faults, outcomes, wrong, amiss, hours, seconds } = chaos
  console.log(
    `${images} images x ${REGIONS.length} regions, seed ${seed}, ${rate * 100} % of everything fails`,
  )
  for (const [boundary, { rolled, struck }] of Object.entries(faults))
    console.log(`  ${boundary.padEnd(16)} ${String(struck).padStart(6)} faults in ${rolled}`)
  console.log(
    `pairs: ${Object.entries(outcomes)
      .map(([outcome, count]) => `${count} ${outcome}`)
      .join(', ')}`,
  )
  console.log(`why they failed: ${reasons(executed)}`)
  console.log(
    `run: ${executed.ended.status} after ${hours.toFixed(1)} h of its own time, ${seconds.toFixed(0)} s of ours`,
  )
  console.log(`messages at the topic: ${executed.alerts.length}`)
  console.log(`pairs that did not end as they should: ${wrong.length}`)
  for (const line of [...wrong.slice(0, 20), ...amiss]) console.log(`  ${line}`)
  process.exitCode = wrong.length + amiss.length === 0 ? 0 : 1
} finally {
  await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
}

function reasons({ document }: Executed): string {
  const failed = document.pairs.filter(({ outcome }) => outcome === 'failed' || outcome === 'deferred')
  const byName = Map.groupBy(failed, ({ error }) => error?.name ?? 'no reason')
  return [...byName].map(([name, pairs]) => `${pairs.length} ${name}`).join(', ')
}
