/** Checks the platforms of a list's images: each is given once, and `as: manifest` has exactly one. */
import { ALL_PLATFORMS, normalPlatform, wantedPlatforms } from '../platforms/platform.ts'
import type { Image, List } from './config.ts'
import { type Path, type Problem, problemAt } from './document/problems.ts'
import { longForm } from './entry.ts'

type Platforms = Image['platforms']

export function checkPlatforms({ images, defaults }: Pick<List, 'images' | 'defaults'>): Problem[] {
  const problems = images.flatMap((given, index) => {
    const entry = longForm(given)
    const path = ['images', index]
    return [...checkNames(entry.platforms, [...path, 'platforms']), ...checkForm(entry, defaults, path)]
  })
  const all = [...checkNames(defaults?.platforms, ['defaults', 'platforms']), ...problems]
  // Every image without settings of its own has the same problem with the defaults.
  return [...new Map(all.map((one) => [one.text, one])).values()]
}

function checkNames(platforms: Platforms = [], path: Path): Problem[] {
  const names = platforms.map(normalPlatform)
  return platforms.flatMap((platform, index) => {
    const first = names.indexOf(names[index] ?? '')
    const at = [...path, index]
    if (first < index)
      return [problemAt(at, `"${platform}" is the platform ${platforms[first]} again; remove one of them`)]
    if (platform !== ALL_PLATFORMS || platforms.length === 1) return []
    return [problemAt(at, `"all" includes the other platforms; remove it, or them`)]
  })
}

/** Reports the problem where it can be fixed: at the image, or at the defaults if they alone cause it. */
function checkForm(entry: Image, defaults: List['defaults'], path: Path): Problem[] {
  if ((entry.as ?? defaults?.as) !== 'manifest') return []
  const wanted = wantedPlatforms(entry.platforms ?? defaults?.platforms)
  if (wanted?.length === 1) return []
  const own = entry.as !== undefined ? 'as' : entry.platforms !== undefined ? 'platforms' : undefined
  const named = wanted === undefined ? 'all platforms are mirrored' : `"platforms" names ${wanted.length}`
  const fix = entry.as === undefined ? 'set "as: index" for the image' : 'remove "as"'
  return [
    problemAt(
      own === undefined ? ['defaults', 'as'] : [...path, own],
      `"as: manifest" needs exactly one platform, but ${named}; name one platform, or ${fix}`,
    ),
  ]
}
