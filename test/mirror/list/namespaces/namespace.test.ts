// The entry of one repository of a namespace, found by the name that it has at a target.
import { expect, test } from 'vitest'
import { readEntry } from '../../../../mirror/list/entry.ts'
import { memberAt } from '../../../../mirror/list/namespaces/namespace.ts'
import { repositoryAt } from '../../../../mirror/target.ts'
import { listOf } from '../../lists.ts'

const SOURCE = '123456789012.dkr.ecr.us-east-1.amazonaws.com/team/*'
const tags = { include: ['latest'] }
const prod = { account: '210987654321', regions: ['us-east-1' as const], namespace: 'in' }
const targets = { prod, harbor: { registry: 'harbor.example.com', namespace: 'mirror' } }
const list = listOf({
  regions: ['us-east-1'],
  targets,
  defaults: { targets: ['prod', 'harbor'] },
  images: [{ source: SOURCE, tags }],
})
const namespace = readEntry({ source: SOURCE, tags }, list)

test.each(['team/app', 'in/team/app', 'mirror/team/app'])(
  'finds the member that is stored as %s, with its name at each target',
  (name) => {
    const member = memberAt(namespace, name)
    expect(member?.ref.repository).toBe('team/app')
    expect(member?.targets.map((target) => repositoryAt(target, member.repository))).toEqual([
      'in/team/app',
      'mirror/team/app',
    ])
  },
)

test('finds no member that is stored elsewhere', () => {
  expect(memberAt(namespace, 'base/app')).toBeUndefined()
})
