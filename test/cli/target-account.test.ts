// `image-mirror target-account`: the template for the account of a target.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { program } from './program.ts'

const LIST = `
regions: [us-east-1]
prefix: mirror
targets:
  prod: {account: '210987654321', regions: [us-east-1, eu-west-1], role: 'arn:aws:iam::210987654321:role/team/mirror', externalId: tenant-1}
  stage: {account: '333333333333', regions: [eu-west-1], namespace: cache}
  unused: {account: '444444444444', regions: [eu-west-1], repository: '{flat}'}
  harbor: {registry: harbor.example.com}
defaults: {targets: [regions, prod, stage]}
images: [redis:7]
`

let dir: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'target-account-'))
  await writeFile(join(dir, 'mirror.yaml'), LIST)
})
afterEach(() => rm(dir, { recursive: true }))

const printed = (...args: string[]) => program('target-account', '--list', join(dir, 'mirror.yaml'), ...args)

test('prints the role of a target that has one', async () => {
  const { status, stdout } = await printed('prod', '--mirror-account', '123456789012')
  expect(status).toBe(0)
  expect(JSON.parse(stdout).Resources.MirrorRole.Properties).toMatchObject({
    RoleName: 'mirror',
    Path: '/team/',
    AssumeRolePolicyDocument: {
      Statement: [
        {
          Condition: {
            ArnLike: { 'aws:PrincipalArn': ['arn:aws:iam::123456789012:role/ImageMirror-*'] },
            StringEquals: { 'sts:ExternalId': 'tenant-1' },
          },
        },
      ],
    },
  })
  expect(stdout).toContain('arn:aws:ecr:*:210987654321:repository/mirror/*')
})

test('prints the registry policy of a target without a role, for roles by name', async () => {
  const role = 'arn:aws:iam::123456789012:role/Own'
  const { stdout } = await printed('stage', '--mirror-account', '123456789012', '--mirror-roles', role)
  const [statement] = JSON.parse(stdout).Resources.RegistryPolicy.Properties.PolicyText.Statement
  expect(statement.Condition).toEqual({ ArnLike: { 'aws:PrincipalArn': [role] } })
  expect(statement.Resource).toEqual([
    { 'Fn::Join': [':', ['arn:aws:ecr', { Ref: 'AWS::Region' }, '333333333333:repository/cache/*']] },
  ])
})

test.each([
  [['harbor'], 'the list has no target "harbor" in another account; it has prod, stage, unused'],
  [['prd'], 'did you mean "prod"?'],
  [['unused'], 'no image of'],
])('refuses %j', async ([name = ''], message) => {
  const { status, stderr } = await printed(name, '--mirror-account', '123456789012')
  expect(status).toBe(2)
  expect(stderr).toContain(message)
})

test('refuses an account that is none', async () => {
  const { status, stderr } = await printed('prod', '--mirror-account', '12')
  expect(status).toBe(2)
  expect(stderr).toContain('--mirror-account: "12" is not the id of an account')
})
