/** Paginated listings of tags, referrers and repositories. */
import { MediaType } from '../../../registry/model/manifest.ts'
import { digestOf } from './digest.ts'
import {
  type Exchange,
  location,
  notAllowed,
  pageSize,
  requireDigest,
  requireRepository,
  send,
} from './exchange.ts'
import { OciError } from './oci-error.ts'
import type { ManifestRecord } from './store/manifests-on-disk.ts'

export async function handleTags(exchange: Exchange, repository: string): Promise<void> {
  const { store, policy, query } = exchange
  requireGet(exchange)
  await requireRepository(exchange, repository)
  const asked = pageSize(exchange) ?? policy.tagsPerPage
  if (Number.isFinite(asked) && asked > policy.maxTagsPerPage) throw tooMany(policy.maxTagsPerPage)
  const all = [...(await store.tags.all(repository)).keys()]
  const page = policy.opaqueTagPages ? pageInNoOrder(all, asked, query) : pageInOrder(all, asked, query)
  const next = new URLSearchParams({ n: String(asked), last: page.next ?? '' })
  const link = `<${location(exchange, `/v2/${repository}/tags/list?${next}`)}>; rel="next"`
  const type = { 'content-type': policy.tagListType }
  sendJson(
    exchange,
    { name: repository, tags: page.tags },
    page.next === undefined ? type : { ...type, link },
  )
}

interface Page {
  readonly tags: readonly string[]
  /** The `last` parameter of the next page; undefined on the last page. */
  readonly next: string | undefined
}

function pageInOrder(all: readonly string[], size: number, query: URLSearchParams): Page {
  const last = query.get('last')
  const rest = last === null ? all : all.filter((tag) => tag > last)
  const tags = rest.slice(0, size)
  return { tags, next: tags.length < rest.length ? tags.at(-1) : undefined }
}

function pageInNoOrder(all: readonly string[], size: number, query: URLSearchParams): Page {
  const mixed = all.map((tag) => [digestOf(tag), tag] as const).sort(([a], [b]) => (a < b ? -1 : 1))
  const last = query.get('last')
  const rest = last === null ? mixed : mixed.filter(([key]) => key > Buffer.from(last, 'base64').toString())
  const page = rest.slice(0, size)
  const [key] = page.at(-1) ?? []
  const more = key !== undefined && page.length < rest.length
  return { tags: page.map(([, tag]) => tag), next: more ? Buffer.from(key).toString('base64') : undefined }
}

/** https://github.com/opencontainers/distribution-spec/blob/main/spec.md#listing-referrers */
export async function handleReferrers(exchange: Exchange, repository: string, reference: string) {
  const { store, policy, query } = exchange
  requireGet(exchange)
  if (!policy.referrersApi) throw new OciError(404, 'UNSUPPORTED', 'this registry has no referrers API')
  const subject = requireDigest(exchange, reference)
  // Treats a repository that the first push would create as empty: 404 would mean that the API is missing.
  if (!policy.createOnPush) await requireRepository(exchange, repository)
  const artifactType = query.get('artifactType')
  const found = (await store.manifests.all(repository))
    .filter((record) => record.subject === subject)
    .filter((record) => artifactType === null || record.artifactType === artifactType)
    .sort((a, b) => (a.digest < b.digest ? -1 : 1))
  const last = query.get('last') ?? ''
  const rest = found.filter((record) => record.digest > last)
  const page = rest.slice(0, policy.referrersPerPage)
  const more = page.length < rest.length
  const next = new URLSearchParams({
    ...(artifactType === null ? {} : { artifactType }),
    last: page.at(-1)?.digest ?? '',
  })
  const index = { schemaVersion: 2, mediaType: MediaType.ociIndex, manifests: page.map(descriptorOf) }
  sendJson(exchange, index, {
    'content-type': MediaType.ociIndex,
    ...(artifactType === null ? {} : { 'oci-filters-applied': 'artifactType' }),
    ...(more ? { link: `</v2/${repository}/referrers/${subject}?${next}>; rel="next"` } : {}),
  })
}

/** The catalog endpoint is Docker's, not OCI's, but people use it. */
export async function handleCatalog(exchange: Exchange): Promise<void> {
  requireGet(exchange)
  sendJson(exchange, { repositories: await exchange.store.repositories.all() })
}

function descriptorOf({ mediaType, digest, size, artifactType, annotations }: ManifestRecord) {
  return { mediaType, digest, size, artifactType, annotations }
}

function requireGet({ request }: Exchange): void {
  if (request.method !== 'GET' && request.method !== 'HEAD') throw notAllowed('GET, HEAD')
}

/** ECR's message: https://github.com/google/go-containerregistry/issues/681 */
function tooMany(limit: number): OciError {
  const message = `Invalid parameter at 'maxResults' failed to satisfy constraint: 'Member must have value less than or equal to ${limit}'`
  return new OciError(405, 'UNSUPPORTED', message)
}

function sendJson(exchange: Exchange, value: unknown, headers: Record<string, string> = {}): void {
  send(exchange, 200, { 'content-type': 'application/json', ...headers }, JSON.stringify(value))
}
