// Reads the content of the targets: fetches and hashes every byte of a tag. Uses neither reports nor our code.
import { createHash } from 'node:crypto'

export type Held = 'whole' | 'nothing' | 'wrong'

const ACCEPT = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ')

interface Document {
  readonly manifests?: readonly { readonly digest: string }[]
  readonly config?: { readonly digest: string }
  readonly layers?: readonly { readonly digest: string }[]
}

/** @param digest - the expected digest of the tag */
export async function held(registry: string, repository: string, tag: string, digest: string): Promise<Held> {
  const base = `http://${registry}/v2/${repository}`
  const root = await get(`${base}/manifests/${tag}`)
  if (root === undefined) return 'nothing'
  return (await isWhole(base, root, digest)) ? 'whole' : 'wrong'
}

async function isWhole(base: string, bytes: Buffer, digest: string): Promise<boolean> {
  if (sha256(bytes) !== digest) return false
  const { manifests = [], config, layers = [] } = JSON.parse(bytes.toString()) as Document
  for (const child of manifests) {
    const found = await get(`${base}/manifests/${child.digest}`)
    if (found === undefined || !(await isWhole(base, found, child.digest))) return false
  }
  for (const blob of [...(config ? [config] : []), ...layers]) {
    const found = await get(`${base}/blobs/${blob.digest}`)
    if (found === undefined || sha256(found) !== blob.digest) return false
  }
  return true
}

async function get(url: string): Promise<Buffer | undefined> {
  const answer = await fetch(url, { headers: { accept: ACCEPT } })
  const body = Buffer.from(await answer.arrayBuffer())
  if (answer.status === 404) return undefined
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${body}`)
  return body
}

function sha256(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`
}
