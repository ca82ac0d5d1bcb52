// Parameter Store on loopback, asked with the SDK's client.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  DescribeParametersCommand,
  GetParameterCommand,
  GetParametersByPathCommand,
  SSMClient,
} from '@aws-sdk/client-ssm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Ecr, startEcr } from '../../../local/aws/ecr.ts'

let dir: string
let ecr: Ecr
let client: SSMClient

const FILE = `
/mirror/images: |
  - docker.io/library/redis:7.4
/mirror/more: [a, b]
/mirror/secret: {SecureString: hidden}
plain: text
${Array.from({ length: 12 }, (_, index) => `/parts/p${String(index).padStart(2, '0')}: x`).join('\n')}
/parts/deep/p: y
`

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'parameters-'))
  const parametersFile = join(dir, 'parameters.yaml')
  await writeFile(parametersFile, FILE)
  ecr = await startEcr({
    dir: join(dir, 'ecr'),
    account: '123456789012',
    regions: ['us-east-1'],
    parametersFile,
  })
  const credentials = { accessKeyId: 'somebody', secretAccessKey: 'x' }
  client = new SSMClient({ region: 'us-east-1', endpoint: ecr.endpoint, credentials, maxAttempts: 1 })
})

afterAll(async () => {
  client?.destroy()
  await ecr?.close()
  await rm(dir, { recursive: true, force: true })
})

const parameter = async (Name: string) => (await client.send(new GetParameterCommand({ Name }))).Parameter

test('returns text as a String, and a list as a StringList', async () => {
  expect(await parameter('/mirror/images')).toMatchObject({
    Type: 'String',
    Value: '- docker.io/library/redis:7.4\n',
    ARN: 'arn:aws:ssm:us-east-1:123456789012:parameter/mirror/images',
  })
  expect(await parameter('/mirror/more')).toMatchObject({ Type: 'StringList', Value: 'a,b' })
  expect(await parameter('plain')).toMatchObject({ Type: 'String', Value: 'text' })
})

test('does not decrypt a SecureString', async () => {
  const found = await parameter('/mirror/secret')
  expect(found?.Type).toBe('SecureString')
  expect(found?.Value).not.toContain('hidden')
})

test('fails with ParameterNotFound for a parameter that does not exist', async () => {
  await expect(parameter('/mirror/none')).rejects.toMatchObject({ name: 'ParameterNotFound' })
})

test('returns the parameters below a path in pages of ten, and none for a path without any', async () => {
  const page = (input: Partial<GetParametersByPathCommand['input']>) =>
    client.send(new GetParametersByPathCommand({ Path: '/parts', ...input }))
  const first = await page({})
  expect(first.Parameters).toHaveLength(10)
  const second = await page({ NextToken: first.NextToken })
  expect(second.Parameters?.map(({ Name }) => Name)).toEqual(['/parts/p10', '/parts/p11'])
  expect(second.NextToken).toBeUndefined()
  const deep = await page({ Recursive: true })
  expect(deep.Parameters?.[0]?.Name).toBe('/parts/deep/p')
  expect((await page({ Path: '/none' })).Parameters).toEqual([])
})

test.each([
  ['a path without a slash', { Path: 'parts' }],
  ['a page of more than ten', { Path: '/parts', MaxResults: 11 }],
])('refuses %s', async (_, input) => {
  await expect(client.send(new GetParametersByPathCommand(input))).rejects.toMatchObject({
    name: 'ValidationException',
  })
})

test('refuses operations that it does not have', async () => {
  await expect(client.send(new DescribeParametersCommand({}))).rejects.toMatchObject({
    name: 'UnknownOperationException',
  })
})
