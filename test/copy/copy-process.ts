// A process that copies one tag and prints its peak memory in KB, for tests that kill or measure it. Arguments:
// source, target, digest, type, size.
import { existsSync, readFileSync } from 'node:fs'
import { copyTag } from '../../copy/copy.ts'
import { createLimit } from '../../copy/limit.ts'
import { createPlaces } from '../../copy/places.ts'
import { createTarget } from '../../copy/target.ts'
import { boundMemory } from '../../registry/memory.ts'
import type { Digest } from '../../registry/model/reference.ts'
import { createRegistries } from '../../registry/open.ts'

const STATUS = '/proc/self/status'

const [source = '', target = '', digest = '', mediaType = '', size = '0'] = process.argv.slice(2)
boundMemory()
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

/** Linux includes the memory of the process before exec in the resource usage. */
function peakKilobytes(): number {
  const [, peak] = existsSync(STATUS) ? (/VmHWM:\s+(\d+) kB/.exec(readFileSync(STATUS, 'utf8')) ?? []) : []
  return Number(peak ?? process.resourceUsage().maxRSS)
}
