// Images from elsewhere, joined to a deployed list that bounds them.
import type { Fetched } from '../../../../mirror/list/elsewhere/fetched.ts'
import { joinPieces } from '../../../../mirror/list/elsewhere/join.ts'
import { parsePiece } from '../../../../mirror/list/elsewhere/piece.ts'
import { readEntries } from '../../../../mirror/list/entry.ts'
import { listOf } from '../../../../mirror/list/parse-list.ts'

export const OWN = '123456789012'
export const HUB = 'docker.io/library'
export const ecr = (name: string, region = 'us-east-1', account = OWN) =>
  `${account}.dkr.ecr.${region}.amazonaws.com/${name}`

export const LIST = {
  regions: ['us-east-1', 'eu-west-1'],
  prefix: 'mirror',
  schedule: 'rate(6 hours)',
  targets: {
    harbor: { registry: 'harbor.example.com', namespace: 'mirror' },
    prod: {
      account: '210987654321',
      regions: ['us-east-1'],
      role: 'arn:aws:iam::210987654321:role/image-mirror',
    },
    flat: { account: '333333333333', regions: ['us-east-1'], repository: '{flat}' },
    inbox: { account: '333333333333', regions: ['eu-west-1'], namespace: 'in' },
  },
  imagesFrom: 'ssm:/mirror/images',
  images: [
    `${HUB}/redis:7.4`,
    { source: `${HUB}/nginx:1.27`, credentials: 'hub', schedule: 'rate(1 hour)' },
    { source: ecr('base/tool:1') },
  ],
}

export function join(given: readonly (string | Fetched)[], changes: object = {}) {
  const list = listOf({ ...LIST, ...changes }, 'mirror.yaml')
  const context = { list, account: OWN, now: new Date('2026-11-30T00:00:00Z') }
  const pieces = given.map((one, index) =>
    parsePiece(
      typeof one === 'string' ? { name: `ssm:/mirror/${'ab'[index]}`, content: { text: one } } : one,
      context,
    ),
  )
  const joined = joinPieces(pieces, { list, account: OWN })
  return joined.images.flatMap((image) => readEntries(image, joined))
}

export const problemOf = (...given: Parameters<typeof join>): string => {
  try {
    join(...given)
    return 'none'
  } catch (error) {
    return (error as Error).message
  }
}

export const sources = (...given: Parameters<typeof join>) =>
  join(...given)
    .slice(LIST.images.length)
    .map(({ image }) => image)
