// A process that resolves the newest tags of a repository, and prints its peak memory in KB and the tags.
// Arguments: registry, repository.
import { existsSync, readFileSync } from 'node:fs'
import { resolveImage } from '../../../../mirror/resolve/resolve.ts'
import { boundMemory } from '../../../../registry/memory.ts'
import { createRegistries } from '../../../../registry/open.ts'
import { fakeClock } from '../../../support/clock.ts'

const STATUS = '/proc/self/status'

const [registry = '', repository = ''] = process.argv.slice(2)
boundMemory()
const registries = createRegistries({ clock: fakeClock(), environment: {} })
const source = await registries.open({ registry, repository })
const counts: number[] = []
const { tags, selection } = await resolveImage(
  source,
  {
    image: repository,
    select: { include: [], exclude: ['/^v1\\.0\\.0$/'], semver: ['>=1'], latest: 3 },
  },
  { onListed: (listed) => counts.push(listed) },
)
await registries.close()
const said = { peak: peakKilobytes(), tags: tags.map(({ tag }) => tag), selection, counts }
process.stdout.write(JSON.stringify(said))

/** Linux includes memory from before this program started in `resourceUsage`. */
function peakKilobytes(): number {
  const [, peak] = existsSync(STATUS) ? (/VmHWM:\s+(\d+) kB/.exec(readFileSync(STATUS, 'utf8')) ?? []) : []
  return Number(peak ?? process.resourceUsage().maxRSS)
}
