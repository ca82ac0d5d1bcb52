// Places of lists, read with the SDK's clients from the embedded services.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { type Ecr, startEcr } from '../../../local/aws/ecr.ts'
import { parseListPlace } from '../../../mirror/list/elsewhere/place.ts'
import { openPlaces } from '../../../store/lists/read-place.ts'
import { type LocalS3, startS3 } from '../s3.ts'

let dir: string
let s3: LocalS3
let ecr: Ecr
/** Fault of the next calls. */
let fault: string | undefined

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'places-'))
  s3 = await startS3()
  ecr = await startEcr({
    dir: join(dir, 'ecr'),
    account: '123456789012',
    regions: ['us-east-1'],
    parametersFile: join(dir, 'parameters.yaml'),
    tablesFile: join(dir, 'tables.yaml'),
    onRequest: async () =>
      fault === undefined
        ? undefined
        : {
            status: 400,
            headers: { 'content-type': 'application/x-amz-json-1.1' },
            body: JSON.stringify({ __type: fault, message: 'no' }),
          },
  })
  vi.stubEnv('AWS_ENDPOINT_URL_SSM', ecr.endpoint)
  vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', ecr.endpoint)
})

beforeEach(() => {
  fault = undefined
})

afterAll(async () => {
  vi.unstubAllEnvs()
  await ecr?.close()
  await s3?.stop()
  await rm(dir, { recursive: true, force: true })
})

const read = (name: string) => openPlaces({ region: 'us-east-1' })(parseListPlace(name), name)

test('reads an object with its version', async () => {
  const { ETag } = await new S3Client().send(
    new PutObjectCommand({ Bucket: 'work', Key: 'lists/images.yaml', Body: '- redis:7.4' }),
  )
  expect(await read('s3://work/lists/images.yaml')).toEqual([
    {
      name: 's3://work/lists/images.yaml',
      version: ETag?.replaceAll('"', ''),
      content: { text: '- redis:7.4' },
    },
  ])
  await expect(read('s3://work/none')).rejects.toMatchObject({
    name: 'InvalidInput',
    message: 's3://work/none does not exist: check the bucket and the key',
  })
})

test('reads a parameter, a StringList, and all parameters below a path', async () => {
  const parts = Array.from({ length: 23 }, (_, index) => [
    `/parts/p${String(index).padStart(2, '0')}`,
    `- redis:${index}`,
  ])
  const parameters = {
    '/a': '- redis:7.4',
    '/b': ['redis:7', 'alpine:3'],
    ...Object.fromEntries(parts),
    '/parts/deep/z': 'x',
  }
  await writeFile(join(dir, 'parameters.yaml'), JSON.stringify(parameters))
  expect(await read('ssm:/a')).toEqual([
    { name: 'ssm:/a', version: expect.stringMatching(/^\d+$/), content: { text: '- redis:7.4' } },
  ])
  expect((await read('ssm:/b'))[0]?.content).toEqual({ references: ['redis:7', 'alpine:3'] })
  const all = await read('ssm:/parts/')
  expect(all.map(({ name }) => name)).toEqual(['ssm:/parts/deep/z', ...parts.map(([name]) => `ssm:${name}`)])
})

test('refuses a SecureString, a missing parameter, and a path without parameters', async () => {
  await writeFile(join(dir, 'parameters.yaml'), JSON.stringify({ '/a': { SecureString: '- redis:7.4' } }))
  await expect(read('ssm:/a')).rejects.toThrow('ssm:/a is a SecureString, and a list is no secret')
  await expect(read('ssm:/none')).rejects.toThrow('ssm:/none does not exist: check its name and its region')
  await expect(read('ssm:/none/')).rejects.toThrow('ssm:/none/ has no parameters below it')
})

test('reads the items of a table of several pages', async () => {
  const items = Array.from({ length: 7 }, (_, index) => ({
    Source: `redis:${index}`,
    Destination: index % 2 === 0 ? 'a,b' : ['a', 'b'],
    Notes: 'n'.repeat(390_000),
    ...(index === 3 && { Expires: 1_656_633_600 }),
  }))
  await writeFile(join(dir, 'tables.yaml'), JSON.stringify({ mirror: items, other: [{ Name: 'x' }] }))
  const [piece] = await read('dynamodb:mirror')
  expect(piece?.content).toEqual({
    items: items.map(({ Source, Destination, Expires }) => ({
      source: Source,
      destinations: [Destination].flat(),
      ...(Expires && { expires: Expires }),
    })),
  })
  await expect(read('dynamodb:other')).rejects.toThrow('has an item without the text "Source"')
  await expect(read('dynamodb:none')).rejects.toThrow('dynamodb:none does not exist')
})

test.each([
  ['ssm:/a', 'ssm:GetParameter'],
  ['ssm:/a/', 'ssm:GetParametersByPath'],
  ['dynamodb:mirror', 'dynamodb:Scan'],
])('names the permission that reading %s needs', async (place, action) => {
  fault = 'AccessDeniedException'
  await expect(read(place)).rejects.toMatchObject({
    name: 'InvalidInput',
    message: `${place} may not be read: it needs the permission ${action}`,
  })
})

test('does not take an internal error for a missing place', async () => {
  fault = 'InternalServerError'
  await expect(read('ssm:/a')).rejects.toMatchObject({ name: 'InternalServerError' })
})
