// The reliability figures of the copier: `node test/copy/faults/main.ts [--docker] [copies] [seed]`. Exits with 1 if
// a figure is missed. With --docker, both registries are Debian's docker-registry; it needs docker-registry and
// skopeo. Run by `npm run test:faults` and `npm run test:faults:docker`.
import { parseArgs } from 'node:util'
import { startDockerSides } from '../../interop/docker-side.ts'
import { requireTools } from '../../interop/tools.ts'
import { copyWithFaults, type Figures } from './copies.ts'

const { values, positionals } = parseArgs({
  options: { docker: { type: 'boolean' } },
  allowPositionals: true,
})
const [copies = 10_000, seed = 20_261_121] = positionals.map(Number)
if (values.docker) requireTools('docker-registry', 'skopeo')
const sides = values.docker ? { sides: startDockerSides } : {}

function tell(name: string, figures: Figures, missed: readonly string[]): void {
  const { succeeded, wrong, half, requests, faults } = figures
  const share = ((succeeded / figures.copies) * 100).toFixed(3)
  console.log(
    `${name}: ${figures.copies} copies, ${share} % succeeded; ${wrong} wrong, ${half} half published`,
  )
  console.log(
    `  ${requests} requests, ${faults} faults; wrong bytes at most ${(300 / figures.copies).toFixed(3)} % (95 %)`,
  )
  for (const error of figures.errors.slice(0, 5)) console.log(`  ${error.slice(0, 300)}`)
  for (const one of missed) console.log(`  MISSED: ${one}`)
  if (missed.length > 0) process.exitCode = 1
}

function missedBy({ succeeded, wrong, half, copies: all }: Figures, least: number): string[] {
  return [
    ...(succeeded / all < least ? [`fewer than ${least * 100} % succeeded`] : []),
    ...(wrong > 0 ? ['something wrong was published'] : []),
    ...(half > 0 ? ['a copy that failed left a tag behind'] : []),
  ]
}

async function measure(name: string, spoil: boolean, least: number): Promise<void> {
  const started = performance.now()
  const show = (done: number): void => {
    if (done % 500 === 0)
      console.error(`${name}: ${done}, ${((performance.now() - started) / 1000).toFixed(0)} s`)
  }
  const figures = await copyWithFaults({ seed, copies, rate: 0.05, spoil, ...sides }, show)
  tell(name, figures, missedBy(figures, least))
}

console.log(`seed ${seed}, a fault at 5 % of the requests`)
await measure('transient faults', false, 0.999)
// A registry that says once that its bytes are gzipped, or too many, is believed: what counts is that none are published.
await measure('transient faults and wrong bytes', true, 0.9)
