// Imports exports of aws-ecr-mirror's table, and compares what goes where.
import { expect, test } from 'vitest'
import { imported } from '../imported.ts'

const host = (region: string, account = '123456789012') => `${account}.dkr.ecr.${region}.amazonaws.com`
const [EAST, WEST] = [host('us-east-1'), host('us-west-2')]

/** Source, destinations, and seconds when it expires. */
const ROWS: readonly (readonly [source: string, to: string | readonly string[], expires?: number])[] = [
  ['docker.io/library/golang:1.17', [`${EAST}/golang:1.17`, `${EAST}/golang:latest`]],
  ['docker.io/library/postgres:14', `${EAST}/postgres:14,${EAST}/postgres:latest`, 1_900_000_000],
  ['registry.fedoraproject.org/fedora:35', `${EAST}/fedora:35`],
  ['docker.io/library/redis:7', `${EAST}/redis:7, ${WEST}/redis:7`],
  ['docker.io/library/nginx:1.27', `${EAST}/web/nginx:1.27`],
  ['docker.io/library/busybox', `${EAST}/busybox`],
  ['docker.io/library/expired:1', `${EAST}/expired:1`, 1_656_633_600],
  ['quay.io/prometheus/prometheus:v2.53.0', `${WEST}/prometheus/prometheus:v2.53.0`],
  ['quay.io/coreos/etcd:v3.5.9', [`${EAST}/etcd:v3.5.9`, `${WEST}/etcd:stable`]],
  ['ghcr.io/acme/app:main', 'harbor.example.com/acme/app:main'],
  ['ghcr.io/acme/api:main', `${EAST}/api:main,harbor.example.com/api:main`],
  [`${EAST}/team/one:1`, `${WEST}/team/one:1`],
  [`${EAST}/team/two:1`, `${WEST}/team/two:1`],
  ['registry.k8s.io/pause:3.9', `${EAST}/pause:3.9`],
  ['registry.k8s.io/pause:3.10', `${EAST}/pause:3.10`],
  ['docker.io/library/mysql:8', `${EAST}/mysql:8`],
  ['docker.io/library/python:3.12', `${EAST}/python:3.12`],
  ['docker.io/library/node:20', `${EAST}/node:20,${host('us-east-1', '999999999999')}/node:20`],
  ['docker.io/library/ruby:3', 'public.ecr.aws/a1b2c3d4/ruby:3'],
  ['docker.io/library/php:8', `${EAST}/php:8`],
  ['docker.io/library/perl:5', `${EAST}/perl:5`],
  ['NOT AN IMAGE', `${EAST}/x:1`],
]

const item = ([source, to, expires]: (typeof ROWS)[number]) => ({
  Source: { S: source },
  Destination: typeof to === 'string' ? { S: to } : { SS: to },
  ...(expires && { Expires: { N: String(expires) } }),
})

const SCAN = JSON.stringify(
  { Items: ROWS.map(item), Count: ROWS.length, ScannedCount: ROWS.length, ConsumedCapacity: null },
  undefined,
  2,
)

/** Each tag that is written, as registry/repository:tag. */
function written(text: string): string[] {
  const { entries } = imported(text)
  return entries
    .flatMap(({ ref, select, repository, targets }) =>
      targets.flatMap((target) => {
        const names = select.names ?? [null]
        const [place, path] =
          target.kind === 'registry' ? [target.registry, target.repository] : [host(target.id), repository]
        return names.map((name) => `${ref.repository} ${place}/${path}:${name ?? select.include[0]}`)
      }),
    )
    .sort()
}

test('writes each destination that aws-ecr-mirror writes', () => {
  const wanted = ROWS.filter(([source]) => !/expired|ruby|NOT/.test(source)).flatMap(([source, to]) => {
    const repository = source.replace(/^[^/]*\//, '').replace(/:.*$/, '')
    return [to]
      .flat()
      .flatMap((one) => one.split(','))
      .map((one) => one.trim())
      .filter((one) => !one.startsWith('999999999999'))
      .map((one) => `${repository} ${/:[^/]*$/.test(one) ? one : `${one}:latest`}`)
  })
  expect(written(SCAN)).toEqual(wanted.sort())
})

test('says what has expired, and what cannot be reached', () => {
  const texts = imported(SCAN)
    .notes.map((note) => note.text)
    .join('\n')
  expect(texts).toContain('"docker.io/library/expired:1" is not imported: it has expired on 2022-07-01')
  expect(texts).toContain('999999999999.dkr.ecr.us-east-1.amazonaws.com/node is in another account')
  expect(texts).toContain('public.ecr.aws/a1b2c3d4/ruby cannot be a target')
})

test('keeps the day on which an image expires', () => {
  expect(imported(SCAN).text).toMatch(/ expires: .?2030-03-17/)
})

test('notes a time of expiry that is not a number', () => {
  const row = {
    Source: 'redis:7',
    Destination: '123456789012.dkr.ecr.us-east-1.amazonaws.com/redis',
    Expires: 'soon',
  }
  expect(imported(JSON.stringify([row])).notes.map(({ text }) => text)).toContainEqual(
    expect.stringContaining('"Expires" is "soon", and not a number of seconds'),
  )
})

test('reads plain items, lists of strings, and a wrapped item', () => {
  const plain = ROWS.map(([Source, Destination, Expires]) => ({
    Source,
    Destination,
    ...(Expires && { Expires }),
  }))
  expect(written(JSON.stringify(plain))).toEqual(written(SCAN))
  const wrapped = ROWS.map((row) => ({ Item: item(row) }))
  expect(written(JSON.stringify(wrapped))).toEqual(written(SCAN))
})

test('warns about an export that has further pages', () => {
  const partial = JSON.stringify({ Items: ROWS.map(item), LastEvaluatedKey: { Source: { S: 'x' } } })
  expect(imported(partial).notes.map(({ text }) => text)).toContain(
    'the export is only a part of the table: there are further pages',
  )
})
