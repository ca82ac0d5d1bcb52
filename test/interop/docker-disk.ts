// Reads the content of Debian's docker-registry from its folder, independently of the registry and of our client.
// https://distribution.github.io/distribution/storage-drivers/filesystem/
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'

export interface DockerDisk {
  /** The digest of a tag; undefined if the tag does not exist. */
  tag(repository: string, tag: string): Promise<string | undefined>
  /** Digests under this one that the repository lacks or holds with wrong bytes. */
  broken(repository: string, digest: string): Promise<string[]>
  /** Removes the repository, but keeps blobs that others may share. */
  forget(repository: string): Promise<void>
}

interface Document {
  readonly manifests?: readonly { digest: string }[]
  readonly layers?: readonly { digest: string }[]
  readonly config?: { digest: string }
}

/** @param folder - the registry's root directory */
export function dockerDisk(folder: string): DockerDisk {
  const root = join(folder, 'docker', 'registry', 'v2')
  const of = (repository: string, ...path: string[]): string =>
    join(root, 'repositories', repository, ...path)

  /** The bytes, if the repository links to them and they match the digest. */
  async function bytesOf(link: string, digest: string): Promise<Buffer | undefined> {
    const [algorithm = '', hex = ''] = digest.split(':')
    if (!existsSync(join(link, algorithm, hex, 'link'))) return undefined
    const bytes = await readFile(join(root, 'blobs', algorithm, hex.slice(0, 2), hex, 'data'))
    return createHash(algorithm).update(bytes).digest('hex') === hex ? bytes : undefined
  }

  async function broken(repository: string, digest: string): Promise<string[]> {
    const bytes = await bytesOf(of(repository, '_manifests', 'revisions'), digest)
    if (bytes === undefined) return [digest]
    const { manifests = [], layers = [], config } = JSON.parse(bytes.toString()) as Document
    const below = await Promise.all(manifests.map((child) => broken(repository, child.digest)))
    const blobs = [...layers, ...(config ? [config] : [])].map((blob) => blob.digest)
    const found = await Promise.all(blobs.map((blob) => bytesOf(of(repository, '_layers'), blob)))
    return [...below.flat(), ...blobs.filter((_, index) => found[index] === undefined)]
  }

  return {
    broken,
    async tag(repository, tag) {
      const link = of(repository, '_manifests', 'tags', tag, 'current', 'link')
      return existsSync(link) ? readFile(link, 'utf8') : undefined
    },
    forget: (repository) => rm(of(repository), { recursive: true, force: true }),
  }
}
