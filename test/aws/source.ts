// The repository of the source image.
import { ecrHost } from '../../mirror/list/partitions.ts'
import type { World } from './world.ts'

/** Without a tag. */
export function sourceOf({ given, home, names }: Pick<World, 'given' | 'home' | 'names'>): string {
  return `${ecrHost(given.account, home)}/${names.prefix}/source/app`
}
