/** `npm run bench`: compares `image-mirror copy` with other copiers, and writes bench/RESULTS.md. */
import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { runCase } from './bench.ts'
import { CASES, type Case, LONG_CASES, MEMORY_CASES, nameOf, QUICK_CASES } from './cases.ts'
import { fill } from './fill.ts'
import type { Measured } from './goals.ts'
import { IMAGES, type ImageSpec } from './images.ts'
import { median } from './measure.ts'
import { registryVersion, startRegistries } from './registries/registries.ts'
import { currentLoad, renderReport } from './report.ts'
import { measureStartUp } from './start-up.ts'
import { temporaryFolder } from './temporary-folder.ts'
import { findTools, OURS, type Tool } from './tools.ts'

const HELP = `Usage: npm run bench -- [flags]

  --quick           fewer and smaller cases, 3 rounds; prints the page instead of writing it
  --long            adds copies of 900 MB to four targets and over the link; takes half an hour more
  --rounds N        number of times that each tool runs in each case                         default: 5
  --only TEXT       runs the cases whose name contains TEXT ("M, one target"); repeatable
  --tools A,B       of ${OURS}, skopeo, crane, oras, bare pipe                         default: all that are installed
  --data DIR        folder of the registries; the source's content stays in it          default: a temporary folder
  --out FILE        file to write the results to                                        default: bench/RESULTS.md

Takes 40 minutes and 6 GB of disk. Needs Debian's docker-registry, skopeo and time. Includes crane and oras if they are in
the PATH or in the folders of BENCH_PEERS.`

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    long: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    only: { type: 'string', multiple: true, default: [] },
    tools: { type: 'string', default: '' },
    data: { type: 'string' },
    out: { type: 'string' },
    help: { type: 'boolean', short: 'h', default: false },
  },
})

if (values.help) process.stdout.write(`${HELP}\n`)
else await main()

async function main(): Promise<void> {
  const started = new Date()
  const load = currentLoad()
  const tools = await findTools(values.tools.split(',').filter((name) => name !== ''))
  const cases = wantedCases()
  const repetitions = Number(values.rounds ?? (values.quick ? 3 : 5))
  const startUp = await measureStartUp()
  await using registries = await startRegistries(values.data ?? temporaryFolder(), 4)
  await fill(registries.source.address, specsOf(cases))
  const measured: Measured[] = []
  for (const one of cases) {
    const samples = await runCase(one, tools, registries, repetitions)
    measured.push({ case: one, samples })
    console.error(`${nameOf(one)}: ${summary(samples, tools)}`)
  }
  const page = renderReport(measured, {
    tools,
    registry: await registryVersion(),
    repetitions,
    command: ['npm run bench', ...process.argv.slice(2)].join(' '),
    started,
    startUp,
    load: [load, currentLoad()],
  })
  const out = values.out ?? (values.quick || values.only.length > 0 ? undefined : 'bench/RESULTS.md')
  if (out === undefined) process.stdout.write(page)
  else await writeFile(resolve(out), page)
}

function wantedCases(): Case[] {
  const all = values.quick ? QUICK_CASES : [...CASES, ...(values.long ? LONG_CASES : []), ...MEMORY_CASES]
  return all.filter(
    (one) => values.only.length === 0 || values.only.some((word) => nameOf(one).includes(word)),
  )
}

function specsOf(cases: readonly Case[]): ImageSpec[] {
  return [...new Set(cases.map(({ image }) => image))].map((name) => IMAGES[name] as ImageSpec)
}

function summary(
  samples: readonly { readonly tool: string; readonly wall: number }[],
  tools: readonly Tool[],
): string {
  return tools
    .map(({ name }) => [name, samples.filter(({ tool }) => tool === name).map(({ wall }) => wall)] as const)
    .filter(([, walls]) => walls.length > 0)
    .map(([name, walls]) => `${name} ${median(walls).toFixed(2)}`)
    .join(', ')
}
