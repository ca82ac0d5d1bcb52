// Lists and images of lists in S3 and Parameter Store, read by commands from the embedded services.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { readPlaceText, readRunList } from '../../../cli/elsewhere/read.ts'
import { readReport } from '../../../cli/estimate/read-report.ts'
import { planCommand } from '../../../cli/plan/command.ts'
import { plan } from '../../../cli/plan.ts'
import { UsageError } from '../../../cli/program/usage-error.ts'
import { readList } from '../../../cli/read-list.ts'
import { type Ecr, startEcr } from '../../../local/aws/ecr.ts'
import { parseList } from '../../../mirror/list/parse-list.ts'
import { type LocalS3, startS3 } from '../../store/s3.ts'
import { withEnvironment } from '../../support/environment.ts'
import { listen } from '../../support/listen.ts'
import { documentOf } from '../documents.ts'
import { parsed } from '../parsed.ts'
import { screenOf } from '../terminal/screen.ts'

const LIST = 's3://work/lists/mirror.yaml'

let dir: string
let s3: LocalS3
let ecr: Ecr
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'elsewhere-'))
  s3 = await startS3()
  const parametersFile = join(dir, 'parameters.yaml')
  const parameters = { '/one': '- redis:7.4', '/many': ['redis:7', 'alpine:3'] }
  await writeFile(parametersFile, JSON.stringify({ ...parameters, '/parts/a': '- a', '/parts/b': '- b' }))
  ecr = await startEcr({
    dir: join(dir, 'ecr'),
    account: '123456789012',
    regions: ['us-east-1'],
    parametersFile,
    tablesFile: join(dir, 'tables.yaml'),
  })
  vi.stubEnv('AWS_ENDPOINT_URL_SSM', ecr.endpoint)
  await put(
    'lists/mirror.yaml',
    'targets: {one: {registry: a.example}}\ndefaults: {targets: [one]}\nimages: [127.0.0.1:1/team/app:1]\n',
  )
  await put('lists/images.yaml', '- redis:7.4\n- {source: alpine, regions: [us-east-1]}\n')
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await ecr?.close()
  await s3?.stop()
  await rm(dir, { recursive: true, force: true })
})

async function put(key: string, body: string): Promise<void> {
  await new S3Client().send(new PutObjectCommand({ Bucket: 'work', Key: key, Body: body }))
}

test('a command reads its list from an object or a parameter', async () => {
  expect(await readPlaceText('ssm:/one')).toBe('- redis:7.4')
  expect(await readList(LIST)).toMatchObject({ images: ['127.0.0.1:1/team/app:1'] })
  await expect(readList('s3://work/none')).rejects.toMatchObject({
    name: 'AwsProblem',
    message: 's3://work/none does not exist: check the bucket and the key',
  })
})

test('estimate reads the report of a run from an object', async () => {
  const key = 'runs/r1/report.json'
  await put(key, JSON.stringify({ run: 'r1', counts: {}, pairs: [] }))
  expect(await readReport(`s3://work/${key}`)).toEqual({ run: 'r1', pairs: [] })
  await expect(readReport(LIST)).rejects.toThrow(`--report: ${LIST} is not JSON`)
})

const NO_CREDENTIALS = {
  AWS_ACCESS_KEY_ID: '',
  AWS_CONFIG_FILE: '/none',
  AWS_SHARED_CREDENTIALS_FILE: '/none',
}

test.each([
  ['a profile that does not exist', { AWS_PROFILE: 'nope' }, 'There is no profile "nope"'],
  ['a region that is empty', { AWS_REGION: '' }, 'There is no region: set AWS_REGION'],
])('a command explains %s', async (_, environment, words) => {
  const read = withEnvironment({ ...NO_CREDENTIALS, ...environment }, () => readPlaceText('ssm:/one'))
  await expect(read).rejects.toMatchObject({
    name: 'AwsProblem',
    message: expect.stringContaining(words),
  })
})

/** Refuses every request, in the form of S3 or of the services with JSON. */
function refusing(form: 'xml' | 'json') {
  return listen((request, response) => {
    request.resume()
    response.writeHead(form === 'xml' ? 403 : 400, { 'content-type': `application/${form}` })
    response.end(
      form === 'xml'
        ? '<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>'
        : JSON.stringify({ __type: 'AccessDeniedException', message: 'no' }),
    )
  })
}

test.each([
  ['xml', 'AWS_ENDPOINT_URL_S3', 's3://work/list.yaml', 's3:GetObject, or the object does not exist'],
  ['json', 'AWS_ENDPOINT_URL_SSM', 'ssm:/one', 'ssm:GetParameter'],
] as const)(
  'a command names the permission that reading a list lacks: %s',
  async (form, variable, name, words) => {
    await using service = await refusing(form)
    const read = withEnvironment({ [variable]: service.origin }, () => readPlaceText(name))
    await expect(read).rejects.toMatchObject({
      name: 'AwsProblem',
      message: `${name} may not be read: the AWS credentials lack the permission ${words}.`,
    })
  },
)

const NAMESPACE = parseList(
  'regions: [us-east-1]\nimages: [{source: 210987654321.dkr.ecr.us-east-1.amazonaws.com/team/*, tags: {include: [/./]}}]',
  'list',
)

test('a namespace that may not be listed fails alone', async () => {
  await using service = await refusing('json')
  const { list, unlisted } = await withEnvironment({ AWS_ENDPOINT_URL_ECR: service.origin }, () =>
    readRunList(NAMESPACE),
  )
  expect(list.images).toEqual([])
  expect(unlisted.join()).toContain('must allow ecr:DescribeRepositories')
})

test('without AWS credentials, no namespace can be listed', async () => {
  const listed = withEnvironment({ ...NO_CREDENTIALS, AWS_EC2_METADATA_DISABLED: 'true' }, () =>
    readRunList(NAMESPACE),
  )
  await expect(listed).rejects.toMatchObject({
    name: 'AwsProblem',
    message: expect.stringMatching(/^There are no AWS credentials: .*Set AWS_PROFILE/),
  })
})

test('a name that is not a place is a mistake of the command line', async () => {
  await expect(readPlaceText('s3://BUCKET/key')).rejects.toThrow(
    new UsageError(
      '"s3://BUCKET/key" must be s3://, the name of a bucket (3 to 63 of a-z 0-9 . -), a slash and a key, such as s3://my-bucket/images.yaml',
    ),
  )
})

test.each(['ssm:/many', 'ssm:/parts/'])('%s is not a complete list', async (name) => {
  await expect(readPlaceText(name)).rejects.toThrow(
    `${name} is not a complete list: name one object, or one parameter of the type String`,
  )
})

test('a run has the images of the list and those of its places', async () => {
  const own = { regions: ['us-east-1', 'eu-west-1'], prefix: 'mirror', images: ['golang:1'] }
  const given = parseList(
    JSON.stringify({ ...own, imagesFrom: ['s3://work/lists/images.yaml', 'ssm:/many'] }),
    'list',
  )
  const { list, unlisted } = await readRunList(given)
  expect(list.images.map((image) => (typeof image === 'string' ? image : image.source))).toEqual([
    'golang:1',
    'redis:7.4',
    'alpine',
    'redis:7',
    'alpine:3',
  ])
  expect(unlisted).toEqual([])
})

test('plan reads a list that is in S3', async () => {
  const { stream, text } = screenOf()
  const options = parsed(planCommand, [LIST, '--json'])
  const signal = new AbortController().signal
  expect(await plan(options, { stdout: stream, stderr: stream }, signal)).toBe(1)
  expect(documentOf('plan', text())).toMatchObject({ counts: { images: 1, pairs: 1, failed: 1 } })
})
