import { expect, test } from 'vitest'
import type { RepositorySettings } from '../../../mirror/list/repositories/schema.ts'
import { driftOf } from '../../../mirror/repositories/drift.ts'
import { lifecycleRules } from '../../../mirror/repositories/lifecycle.ts'
import { mergePolicy } from '../../../mirror/repositories/policy.ts'
import { wantedSettings } from '../../../mirror/repositories/wanted.ts'
import { regionTarget } from '../../../mirror/target.ts'
import type { RepositoryState } from '../../../registry/model/registry.ts'

const PLAIN: RepositoryState = {
  mutability: { mode: 'MUTABLE', filters: [] },
  scanOnPush: true,
  encryption: { type: 'AES256' },
  tags: {},
}
const drift = (settings: RepositorySettings, found: Partial<RepositoryState>) =>
  driftOf(wantedSettings(settings, regionTarget('eu-west-1')), { ...PLAIN, ...found })
const OWN_KEY = { type: 'KMS', kmsKey: 'arn:aws:kms:eu-west-1:123456789012:key/own' }

test('finds no difference in what the list does not state', () => {
  expect(drift({}, { scanOnPush: false, encryption: OWN_KEY, tags: { a: 'b' }, policy: 'x' })).toEqual([])
})

test("finds any key the same as ECR's own, and none the same as AES256", () => {
  expect(drift({ encryption: { kms: true } }, { encryption: OWN_KEY })).toEqual([])
  expect(drift({ encryption: 'AES256' }, { encryption: OWN_KEY })).toEqual([
    {
      key: 'encryption',
      text: `it is encrypted with ${OWN_KEY.kmsKey}, and in the list with AES256`,
    },
  ])
  expect(drift({ encryption: { kms: true } }, {})).toEqual([
    { key: 'encryption', text: "it is encrypted with AES256, and in the list with ECR's own KMS key" },
  ])
})

test('changes a mode that the list does not offer', () => {
  const mutability = { mode: 'MUTABLE_WITH_EXCLUSION', filters: ['v*'] }
  expect(drift({ immutableTags: true }, { mutability })).toMatchObject([
    { text: 'its tags are mutable, except for v*, and in the list immutable' },
  ])
  expect(drift({ immutableTags: false }, { mutability })).toMatchObject([
    { loosens: 'tags could move that cannot now' },
  ])
})

test('counts a change of a lifecycle policy that it cannot read as one that may delete more', () => {
  const found = { lifecyclePolicy: '{"rules": [{"newKind": 1}]}' }
  expect(drift({ lifecycle: { any: { newest: 10 } } }, found)).toMatchObject([
    {
      text: 'it has a lifecycle policy of another form, and the list "expire any images beyond the newest 10"',
      loosens: 'ECR could delete images that it keeps now',
    },
  ])
})

test('finds no difference in a lifecycle policy with other priorities, in another order', () => {
  const lifecycle = { tagged: [{ tags: ['v*'], newest: 10 }], untagged: { days: 14 } }
  const [tagged, untagged] = lifecycleRules(lifecycle).map((rule, index) => ({
    ...rule,
    rulePriority: 10 + index,
  }))
  const lifecyclePolicy = JSON.stringify({ rules: [untagged, tagged] })
  expect(drift({ lifecycle }, { lifecyclePolicy })).toEqual([])
})

test('offers no change of a policy that it cannot read', () => {
  const policy = { pull: { accounts: ['111122223333'] } }
  expect(drift({ policy }, { policy: '{}' })).toEqual([{ key: 'policy', text: 'its policy cannot be read' }])
})

test('offers no change of a policy that would become too long with the statements of others', () => {
  const others = Array.from({ length: 60 }, (_, n) => ({
    Sid: `Others${n}`,
    Effect: 'Deny',
    Principal: { AWS: `arn:aws:iam::111122223333:role/${'x'.repeat(40)}` },
    Action: 'ecr:PutImage',
  }))
  const accounts = Array.from({ length: 60 }, (_, n) => String(100_000_000_000 + n))
  const [found] = drift({ policy: { pull: { accounts } } }, { policy: mergePolicy(undefined, others) })
  expect(found?.text).toMatch(/would have \d+ characters, and ECR allows 10240$/)
  expect(found).not.toHaveProperty('change')
})

test('names many different resource tags, and not more than fit into a sentence', () => {
  const tags = Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`a-rather-long-key-${n}`, 'x']))
  const [found] = drift({ tags }, {})
  expect(found?.text).toMatch(/ and \d+ more$/)
  expect(found?.text.length).toBeLessThan(400)
  expect(found?.change).toEqual({ tags })
})
