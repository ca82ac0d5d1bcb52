/** Finds the tarball that this package was installed from, so that an app of `init` installs the same one. */
import { existsSync, readFileSync } from 'node:fs'
import { readFile, realpath } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import manifest from '../../package.json' with { type: 'json' }

export interface Origin {
  readonly tarball: string
  /** The clone that this program runs from. `npm pack` makes the tarball there. */
  readonly clone?: string
}

/** Returns the folder of this package, which is above the sources of a clone and above the bundle. */
export function ownFolder(folder = import.meta.dirname): string {
  const file = join(folder, 'package.json')
  const isOwn = existsSync(file) && JSON.parse(readFileSync(file, 'utf8')).name === manifest.name
  return isOwn || folder === dirname(folder) ? folder : ownFolder(dirname(folder))
}

/** Returns undefined if the package comes from a registry, or from a package manager other than npm. */
export async function originOf(root: string): Promise<Origin | undefined> {
  if (existsSync(join(root, 'cli', 'main.ts'))) {
    return { tarball: join(await realpath(root), `${manifest.name}-${manifest.version}.tgz`), clone: root }
  }
  const resolved = await resolvedIn(dirname(root))
  if (!resolved?.startsWith('file:')) return undefined
  const tarball = resolve(await realpath(dirname(dirname(root))), resolved.slice('file:'.length))
  return existsSync(tarball) ? { tarball } : undefined
}

/** Reads from the record that npm keeps of what it installed. */
async function resolvedIn(modules: string): Promise<string | undefined> {
  const text = await readFile(join(modules, '.package-lock.json'), 'utf8').catch(() => '{}')
  const { packages } = JSON.parse(text) as { packages?: Record<string, { resolved?: string }> }
  return packages?.[`node_modules/${manifest.name}`]?.resolved
}
