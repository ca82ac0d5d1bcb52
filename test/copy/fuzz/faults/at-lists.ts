// Faults of tag lists.

import { json } from '../gate.ts'
import type { Place } from '../place.ts'
import type { Question } from '../wire.ts'
import {
  type Act,
  bare,
  brokenJson,
  change,
  nonsense,
  redirect,
  refuse,
  webPage,
  withHeaders,
} from './acts.ts'
import { HARMLESS, type MakeFault } from './fault.ts'
import { passing } from './passing.ts'

const isList = ({ kind }: Place): boolean => kind === 'list'
const isAfter = ({ query }: Question): boolean => query.has('last')
const BROKEN = { list: true } as const

/** The registry rejects the page size. */
const sizeRefused: MakeFault = ({ chance }) => ({
  name: 'n refused',
  on: (place, { query }) => isList(place) && query.has('n'),
  act: chance.is(0.5)
    ? refuse(chance.pick([400, 403, 404, 405, 413, 422]))
    : bare(chance.pick([400, 404, 500])),
  harm: HARMLESS,
})

/** Link headers to the next page, in the forms that registries and proxies send. */
const oddLinks: MakeFault = ({ chance }) => {
  const write = chance.pick<(path: string, query: string) => string>([
    (path, query) => `${path}?${query}; rel="next"`,
    (path, query) => `<${path}?${query}>; rel='next'`,
    (path, query) => `<${path}?${query}>; rel=next`,
    (path, query) => `<${path}?${query}>;rel="next"`,
    (path, query) => `<${path}?${query}>`,
    (path, query) => `<${path}?${query}>; title="a, b; c"; rel="next"`,
    (path, query) => `<${path}?x=y>; rel="prev", <${path}?${query}>; rel="next"`,
    (path, query) => `<${path}?${query}>; REL="NEXT"`,
    (path, query) => `<http://127.0.0.1:1${path}?${query}>; rel="next"`,
    (path, query) => `<https://registry.internal:5000/inner${path}?${query}>; rel="next"`,
    (path, query) => `<//other.example${path}?${query}>; rel="next"`,
    (_, query) => `<?${query}>; rel="next"`,
    (_, query) => `</v2/_proxied/tags/list?${query}>; rel="next"`,
  ])
  const act = change((carryOut) => {
    const honest = carryOut()
    const [, path = '', query = ''] = /^<(.*)\?(.*)>/.exec(honest.headers.link ?? '') ?? []
    return query === '' ? honest : { ...honest, headers: { ...honest.headers, link: write(path, query) } }
  })
  return { name: `Link as ${write('/p', 'q')}`, on: isList, act, harm: HARMLESS }
}

/** An empty page, after which the list continues. */
const idlePage: MakeFault = ({ chance }) => {
  const tags = chance.pick<unknown>([[], null, [`sha256:${'a'.repeat(64)}`], ['not a tag', 7]])
  return {
    name: `a first page with ${JSON.stringify(tags)}`,
    on: (place, question) => isList(place) && !isAfter(question),
    // Empty pages come before the first tag, in any order.
    act: change(() => json(200, { tags }, { link: '</v2/library/app/tags/list?last=%21>; rel="next"' })),
    harm: HARMLESS,
  }
}

/** Pages repeat, or their links do not work. */
const endless: MakeFault = ({ chance }) => {
  const link = chance.pick<(question: string) => string>([
    (self) => `<${self}>; rel="next"`,
    () => '</v2/library/app/tags/list>; rel="next"',
    () => '<>; rel="next"',
    () => '; rel="next"',
  ])
  const act: Act = (exchange, honest) => {
    const { path, query } = exchange.question
    const text = link(`${path}?${query}`)
    withHeaders({ link: text })(exchange, honest)
  }
  return { name: `pages that lead to ${link('themselves')}`, on: isList, act, harm: BROKEN }
}

const countless: MakeFault = ({ chance }) => {
  if (chance.is(0.95)) return undefined
  let page = 0
  const act = change(() => json(200, { tags: [] }, { link: `</x?last=%21&page=${page++}>; rel="next"` }))
  return { name: 'pages without end', on: isList, act, harm: BROKEN }
}

const pageBroken: MakeFault = ({ chance, canary }) => {
  const first = chance.is(0.5)
  const act = chance.pick<() => Act>([
    () => refuse(chance.pick([401, 403, 404, 500, 503])),
    () => passing(chance),
    () => webPage,
    () => brokenJson,
    () => nonsense(chance.bytes(64 * 1024)),
    () => change(() => json(200, { errors: [{ code: 'DENIED', message: 'no' }] })),
    () => change(() => json(200, ['v1'])),
    () => redirect(`${canary}/list`),
  ])()
  return {
    name: first ? 'the first page' : 'a later page',
    on: (place, question) => isList(place) && isAfter(question) !== first,
    act,
    harm: BROKEN,
  }
}

export const LIST_FAULTS: readonly MakeFault[] = [
  ...[sizeRefused, oddLinks, oddLinks, idlePage, endless, countless, pageBroken],
]
