/**
 * A registry's content on disk, in one folder, without state in memory: a program can fill a store while a server
 * serves it.
 *
 *     const store = await openStore('/some/folder')
 *     await store.repositories.create('team/app')
 *     const layer = await store.blobs.put('team/app', bytes)
 */
import { mkdir, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type Blobs, blobsOnDisk } from './blobs-on-disk.ts'
import { isAbsent, listIfThere, readIfThere, removeIfThere, writeAtomically } from './files.ts'
import { type Manifests, manifestsOnDisk, type Tags, tagsOnDisk } from './manifests-on-disk.ts'

export interface Repositories {
  /** All names, sorted. */
  all(): Promise<string[]>
  has(name: string): Promise<boolean>
  /** Returns false if the repository exists; it stays unchanged. */
  create(name: string, settings?: unknown): Promise<boolean>
  delete(name: string): Promise<void>
  /** Returns the owner's settings of a repository as JSON, or undefined if the repository does not exist. */
  settings(name: string): Promise<unknown>
  configure(name: string, settings: unknown): Promise<void>
}

export interface Store {
  readonly dir: string
  readonly repositories: Repositories
  readonly blobs: Blobs
  readonly manifests: Manifests
  readonly tags: Tags
  /** Serializes read-modify-write work per repository within this process. */
  exclusively<T>(repository: string, work: () => Promise<T>): Promise<T>
}

export async function openStore(dir: string): Promise<Store> {
  await mkdir(join(dir, 'repositories'), { recursive: true })
  await removeLeftovers(join(dir, 'uploads'))
  // Parts of repository names never start with an underscore, so `_tags` cannot be a repository.
  const folderOf = (name: string) => join(dir, 'repositories', ...name.split('/'))
  const blobs = blobsOnDisk(dir, folderOf)
  const exclusively = lockPerKey()
  return {
    dir,
    blobs,
    exclusively,
    repositories: repositoriesOnDisk(join(dir, 'repositories'), folderOf, exclusively),
    manifests: manifestsOnDisk(folderOf, blobs),
    tags: tagsOnDisk(folderOf),
  }
}

const SETTINGS = '_repository.json'

function repositoriesOnDisk(
  root: string,
  folderOf: (name: string) => string,
  exclusively: Store['exclusively'],
): Repositories {
  const settingsOf = (name: string) => join(folderOf(name), SETTINGS)
  const has = async (name: string) => (await readIfThere(settingsOf(name))) !== undefined
  const configure = (name: string, settings: unknown) =>
    writeAtomically(settingsOf(name), JSON.stringify(settings))
  return {
    has,
    configure,
    all: async () => (await repositoriesBelow(root)).sort(),
    create: (name, settings = {}) =>
      exclusively(name, async () => {
        if (await has(name)) return false
        await configure(name, settings)
        return true
      }),
    async delete(name) {
      // Removes only the repository's own entries: `team` and `team/app` may both be repositories.
      const own = ['_blobs', '_manifests', '_tags', SETTINGS]
      await Promise.all(own.map((part) => rm(join(folderOf(name), part), { recursive: true, force: true })))
    },
    async settings(name) {
      const bytes = await readIfThere(settingsOf(name))
      return bytes === undefined ? undefined : JSON.parse(bytes.toString())
    },
  }
}

async function repositoriesBelow(folder: string, name = ''): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    if (isAbsent(error)) return []
    throw error
  })
  const below = entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('_'))
    .map((entry) => repositoriesBelow(join(folder, entry.name), name ? `${name}/${entry.name}` : entry.name))
  const here = entries.some((entry) => entry.name === SETTINGS) ? [name] : []
  return [...here, ...(await Promise.all(below)).flat()]
}

/** Removes uploads of killed processes. Recent ones may belong to another running process. */
async function removeLeftovers(folder: string): Promise<void> {
  const yesterday = Date.now() - 24 * 60 * 60 * 1000
  for (const name of await listIfThere(folder)) {
    const path = join(folder, name)
    const found = await stat(path).catch(() => undefined)
    if (found && found.mtimeMs < yesterday) await removeIfThere(path)
  }
}

function lockPerKey(): Store['exclusively'] {
  const last = new Map<string, Promise<unknown>>()
  return (key, work) => {
    const turn = (last.get(key) ?? Promise.resolve()).then(work, work)
    last.set(key, turn)
    const forget = () => {
      if (last.get(key) === turn) last.delete(key)
    }
    turn.then(forget, forget)
    return turn
  }
}
