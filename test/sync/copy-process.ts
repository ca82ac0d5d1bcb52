// A process that copies one tag and says nothing: something to kill. Arguments: source, target, digest, type, size.
import { createRegistries } from '../../registry/open.ts'
import type { Digest } from '../../registry/reference.ts'
import { copyTag } from '../../sync/copy.ts'
import { createLimit } from '../../sync/limit.ts'
import { createPlaces } from '../../sync/places.ts'
import { createTarget } from '../../sync/target.ts'

const [source = '', target = '', digest = '', mediaType = '', size = '0'] = process.argv.slice(2)
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
