/** Lists all tags of a repository, page by page. */

import type { Site } from '../connection/site.ts'
import { collect } from '../http/body.ts'
import { RegistryError } from '../model/errors.ts'
import { field } from '../model/media-type.ts'
import { isTag } from '../model/reference.ts'
import { readPages } from './pages.ts'

/** ECR refuses more than 1,000: https://github.com/google/go-containerregistry/issues/681 */
const PAGE_SIZE = 1000
/** Registries that know no pages send everything at once. */
const MAX_PAGE_BYTES = 64 * 1024 * 1024

export async function listTags(site: Site, signal?: AbortSignal): Promise<string[]> {
  const tags = new Set<string>()
  const { connection, traffic, pull } = site
  await readPages(
    site.url(`tags/list?n=${PAGE_SIZE}`),
    // Each page is an operation of its own: a list of two hundred pages is no reason to try fewer times.
    (url) => connection.ask({ method: 'GET', url, scopes: pull, traffic, signal }, connection.startTries()),
    async (response) => {
      const { bytes, complete } = await collect(response.body, MAX_PAGE_BYTES)
      if (!complete) throw invalid(site, `a page of more than ${MAX_PAGE_BYTES} bytes`)
      const before = tags.size
      for (const tag of parseTags(site, bytes)) tags.add(tag)
      return tags.size > before
    },
  )
  return [...tags]
}

/** Nexus sends `null` for no tags, Artifactory lists digests among them. */
function parseTags(site: Site, bytes: Buffer): string[] {
  let page: unknown
  try {
    page = JSON.parse(bytes.toString('utf8'))
  } catch {
    throw invalid(site, 'something that is not JSON')
  }
  const tags = field(page, 'tags') ?? []
  if (!Array.isArray(tags)) throw invalid(site, 'something that is not a list')
  return tags.filter((tag): tag is string => typeof tag === 'string' && isTag(tag))
}

function invalid({ name }: Site, what: string): RegistryError {
  return new RegistryError(`${name} answered the question for its tags with ${what}`, {
    kind: 'invalidContent',
  })
}
