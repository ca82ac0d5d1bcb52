/** Checks that targets hold the manifests of the source. */
import { createHash } from 'node:crypto'
import { ACCEPTED } from '../../registry/model/manifest.ts'
import { repositoryOf } from '../fill.ts'
import type { ImageSpec } from '../images.ts'
import type { Registries } from './registries.ts'

/** @throws if a tag of a target has another digest than at the source */
export async function check(image: ImageSpec, { source, targets }: Registries): Promise<void> {
  for (const tag of Object.keys(image.tags)) {
    const path = `${repositoryOf(image)}/manifests/${tag}`
    const urls = [source, ...targets].map(({ address }) => `http://${address}/v2/${path}`)
    const [wanted, ...held] = await Promise.all(urls.map(digestAt))
    if (held.some((digest) => digest !== wanted))
      throw new Error(`the digest of ${path} differs between registries`)
  }
}

async function digestAt(url: string): Promise<string> {
  const response = await fetch(url, { headers: { accept: ACCEPTED.join(', ') } })
  if (!response.ok) throw new Error(`${url}: ${response.status}`)
  return createHash('sha256')
    .update(Buffer.from(await response.arrayBuffer()))
    .digest('hex')
}
