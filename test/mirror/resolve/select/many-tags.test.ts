// A repository of 50,000 tags, listed in pages, the registry of which limits the rate in the middle.
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { MediaType } from '../../../../registry/model/manifest.ts'
import { listen } from '../../../support/listen.ts'

const PROGRAM = join(import.meta.dirname, 'resolve-process.ts')
const PAGE = 1_000
const DIGEST = `sha256:${createHash('sha256').update('image').digest('hex')}`

/** Every fifth tag is no version, and every seventh a variant or a prerelease. */
function tagOf(index: number): string {
  if (index % 5 === 0) return `build-${createHash('sha1').update(String(index)).digest('hex')}`
  const version = `v${1 + (index % 3)}.${index % 97}.${index}`
  if (index % 7 !== 0) return version
  return index % 2 === 0 ? `${version}-alpine` : `${version}-rc.1`
}

/** Serves pages of tags, and one image for all of them. */
async function startRegistry(count: number) {
  let limited = 0
  const server = await listen((request, response) => {
    const url = new URL(request.url ?? '', 'http://host')
    if (!url.pathname.endsWith('/tags/list')) {
      const isManifest = url.pathname.includes('/manifests/') && !/\/sha256-/.test(url.pathname)
      const headers = {
        'content-type': MediaType.ociManifest,
        'docker-content-digest': DIGEST,
        'content-length': 2,
      }
      response.writeHead(isManifest || url.pathname === '/v2/' ? 200 : 404, isManifest ? headers : {}).end()
      return
    }
    const from = Number(url.searchParams.get('last') ?? 0)
    if (from >= count / 2 && limited < 2) {
      limited++
      response.writeHead(429, { 'retry-after': '1' }).end()
      return
    }
    const tags = Array.from({ length: Math.min(PAGE, count - from) }, (_, index) => tagOf(from + index))
    const next = from + tags.length
    const link = next < count ? { link: `<${url.pathname}?n=${PAGE}&last=${next}>; rel="next"` } : {}
    response.writeHead(200, { 'content-type': 'application/json', ...link }).end(JSON.stringify({ tags }))
  })
  return { ...server, limited: () => limited, [Symbol.asyncDispose]: server[Symbol.asyncDispose] }
}

async function resolve(count: number) {
  await using registry = await startRegistry(count)
  const { stdout } = await promisify(execFile)(process.execPath, [PROGRAM, registry.address, 'team/app'])
  return { ...JSON.parse(stdout), limited: registry.limited() }
}

test('the newest of 50,000 tags take no more than 20 MB over the newest of 500, and no page is lost to a 429', async () => {
  const few = await resolve(500)
  const many = await resolve(50_000)
  expect(many.peak - few.peak).toBeLessThan(20_000)
  expect(many.tags).toEqual(['v3.96.49178', 'v3.96.48887', 'v3.96.48596'])
  expect(many.limited).toBe(2)
  expect(many.counts).toEqual(Array.from({ length: 50 }, (_, page) => (page + 1) * PAGE))
  const { listed, selected, stages } = many.selection
  const dropped = stages.reduce((sum: number, stage: { dropped: number }) => sum + stage.dropped, 0)
  expect([listed, dropped + selected]).toEqual([50_000, 50_000])
})
