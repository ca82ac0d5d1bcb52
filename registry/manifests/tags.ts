/** Lists all tags of a repository, page by page. */

import type { Site } from '../connection/site.ts'
import { collect } from '../http/body.ts'
import type { WireResponse } from '../http/transport.ts'
import { RegistryError } from '../model/errors.ts'
import { isObject } from '../model/json.ts'
import { quote } from '../model/label.ts'
import { field } from '../model/media-type.ts'
import { isTag } from '../model/reference.ts'
import type { Progress } from '../model/registry.ts'
import type { Tries } from '../retry/retry.ts'
import { readPages } from './pages.ts'

/** ECR refuses more than 1,000: https://github.com/google/go-containerregistry/issues/681 */
const PAGE_SIZE = 1000
/** Registries without pagination send everything at once. */
const MAX_PAGE_BYTES = 64 * 1024 * 1024

export async function listTags(site: Site, signal?: AbortSignal, progress?: Progress): Promise<string[]> {
  const tags = new Set<string>()
  await readPages(site.url(`tags/list?n=${PAGE_SIZE}`), async (url) => {
    const { response, found } = await getPage(site, url, signal)
    const before = tags.size
    for (const tag of found) tags.add(tag)
    progress?.(tags.size)
    return { response, isNew: tags.size > before }
  })
  return [...tags]
}

interface TagPage {
  readonly response: WireResponse
  readonly found: readonly string[]
}

/** Each page has its own retry budget. */
async function getPage(site: Site, first: URL, signal: AbortSignal | undefined): Promise<TagPage> {
  const tries = site.connection.startTries()
  for (let url = first; ; ) {
    try {
      return await askForPage(site, url, tries, signal)
    } catch (error) {
      const whole = withoutSize(url)
      if (whole.href !== url.href && mayDislikeQuery(error)) url = whole
      else await tries.after(error, signal)
    }
  }
}

/** Reads a page to its end: its body may break off, or be a proxy's page. */
async function askForPage(
  site: Site,
  url: URL,
  tries: Tries,
  signal: AbortSignal | undefined,
): Promise<TagPage> {
  const { connection, traffic, pull } = site
  const response = await connection.ask({ method: 'GET', url, scopes: pull, traffic, signal }, tries)
  const { bytes, complete } = await collect(response.body, MAX_PAGE_BYTES)
  if (!complete) throw invalid(site, `a page of more than ${MAX_PAGE_BYTES} bytes`)
  return { response, found: parseTags(site, bytes) }
}

/** Registries use many different statuses to refuse a page size. */
function mayDislikeQuery(error: unknown): boolean {
  return (
    error instanceof RegistryError &&
    error.status !== undefined &&
    error.status !== 401 &&
    error.kind !== 'rateLimited'
  )
}

/** Keeps the rest of the query byte for byte, since it may be a cursor. */
function withoutSize(url: URL): URL {
  const whole = new URL(url)
  const params = url.search.slice(1).split('&')
  whole.search = params.filter((param) => !param.startsWith('n=')).join('&')
  return whole
}

/** Bytes of an error document that a message quotes. */
const MAX_QUOTED = 512

/** Nexus sends `null` for no tags, and Artifactory lists digests as tags. */
function parseTags(site: Site, bytes: Buffer): string[] {
  let page: unknown
  try {
    page = JSON.parse(bytes.toString('utf8'))
  } catch {
    throw invalid(site, 'a body that is not JSON')
  }
  const errors = field(page, 'errors')
  if (Array.isArray(errors) && errors.length > 0)
    throw invalid(site, quote(bytes.toString('utf8', 0, MAX_QUOTED)))
  const tags = isObject(page) ? (page.tags ?? []) : undefined
  if (!Array.isArray(tags)) throw invalid(site, 'JSON without a list of tags')
  return tags.filter((tag): tag is string => typeof tag === 'string' && isTag(tag))
}

function invalid({ name }: Site, what: string): RegistryError {
  // Temporary: a proxy's error page in place of the list disappears when the proxy recovers.
  return new RegistryError(`${name} responded to the request for its tags with ${what}`, {
    kind: 'unavailable',
  })
}
