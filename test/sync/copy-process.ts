// A process that copies one tag and says how much memory it took, in KB: something to kill, and to measure.
// Arguments: source, target, digest, type, size.
import { existsSync, readFileSync } from 'node:fs'
import { createRegistries } from '../../registry/open.ts'
import type { Digest } from '../../registry/reference.ts'
import { copyTag } from '../../sync/copy.ts'
import { createLimit } from '../../sync/limit.ts'
import { keepMemoryFlat } from '../../sync/memory.ts'
import { createPlaces } from '../../sync/places.ts'
import { createTarget } from '../../sync/target.ts'

const STATUS = '/proc/self/status'

const [source = '', target = '', digest = '', mediaType = '', size = '0'] = process.argv.slice(2)
keepMemoryFlat()
const registries = createRegistries()
const repository = await registries.open({ registry: target, repository: 'mirror/app' })
await copyTag(
  {
    places: createPlaces([() => registries.open({ registry: source, repository: 'library/app' })]),
    target: createTarget(repository),
    limit: createLimit(),
  },
  { tag: '1.0', root: { digest: digest as Digest, mediaType, size: Number(size) }, artifacts: [] },
)
await registries.close()
process.stdout.write(`${peakKilobytes()}\n`)

/** Linux adds what the parent took, before it became this program, to what it tells of resource usage. */
function peakKilobytes(): number {
  const [, peak] = existsSync(STATUS) ? (/VmHWM:\s+(\d+) kB/.exec(readFileSync(STATUS, 'utf8')) ?? []) : []
  return Number(peak ?? process.resourceUsage().maxRSS)
}
