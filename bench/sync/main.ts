/** `npm run bench:sync`: compares `image-mirror sync` with regsync on a list, and writes bench/SYNC.md. */
import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { fill } from '../fill.ts'
import { median } from '../measure.ts'
import { registryVersion, startRegistries } from '../registries/registries.ts'
import { currentLoad } from '../report.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { CASES, nameOf } from './cases.ts'
import { LIST } from './images.ts'
import { type Measured, renderSync } from './report.ts'
import { runCase } from './run.ts'
import { findTools } from './tools.ts'

const HELP = `Usage: npm run bench:sync -- [flags]

  --rounds N     number of times that each tool runs in each case             default: 3
  --only TEXT    runs the cases whose name contains TEXT ("cold, loopback")   default: all
  --tools A,B    names of tools                                               default: all that are installed
  --data DIR     folder of the registries; the source's content stays in it   default: a temporary folder
  --out FILE     file to write the results to                                 default: bench/SYNC.md

Takes 12 minutes and 4 GB of disk. Needs Debian's docker-registry and time, and regsync in the PATH or in the folders of
BENCH_PEERS. With --only or --tools, prints the page instead of writing it.`

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    only: { type: 'string' },
    tools: { type: 'string' },
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
  const { only = '' } = values
  const named = values.tools?.split(',')
  const tools = (await findTools()).filter(({ name }) => named === undefined || named.includes(name))
  const folder = values.data ?? temporaryFolder()
  await using registries = await startRegistries(folder, 3)
  await fill(registries.source.address, LIST)
  const measured: Measured[] = []
  const rounds = Number(values.rounds)
  for (const one of CASES.filter((each) => nameOf(each).includes(only))) {
    const samples = await runCase(one, registries, { tools, rounds, folder })
    measured.push({ case: one, samples })
    const walls = tools.map(({ name }) => {
      const own = samples.filter(({ tool }) => tool === name).map(({ wall }) => wall)
      return `${name} ${median(own).toFixed(2)}`
    })
    console.error(`${nameOf(one)}: ${walls.join(', ')}`)
  }
  const page = renderSync(measured, {
    tools,
    rounds,
    started,
    registry: await registryVersion(),
    load: [load, currentLoad()],
  })
  const isPart = values.only !== undefined || named !== undefined
  const out = values.out ?? (isPart ? undefined : 'bench/SYNC.md')
  if (out === undefined) process.stdout.write(page)
  else await writeFile(resolve(out), page)
}
