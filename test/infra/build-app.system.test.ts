// The whole app: valid, without findings, and complete for deployment.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, expect, test, vi } from 'vitest'
import { type BuildAppProps, buildApp } from '../../infra/build-app.ts'
import { STACK_NAME } from '../../infra/stack-name.ts'
import { listSchema } from '../../mirror/list/config.ts'
import { authority } from '../support/certificate.ts'
import { listOf, ofType, templateIn } from './templates.ts'

const root = mkdtempSync(join(tmpdir(), 'image-mirror-app-'))
afterAll(() => rmSync(root, { recursive: true }))

const outdir = join(root, 'one')
const assembly = buildApp({ listFile: 'mirror.yaml', outdir })
const { Resources: resources, Outputs: outputs } = templateIn(outdir)

/** @param context - as given by `-c` */
function withContext(context: Record<string, string>, props: BuildAppProps = {}) {
  vi.stubEnv('CDK_CONTEXT_JSON', JSON.stringify(context))
  return buildApp({ ...props, outdir: mkdtempSync(join(root, 'context-')) })
}
afterEach(() => {
  vi.unstubAllEnvs()
})

function fileIn(folder: string, pattern: RegExp): string {
  const name = readdirSync(folder, { recursive: true, encoding: 'utf8' }).find((one) => pattern.test(one))
  if (!name) throw new Error(`there is no ${pattern} in ${folder}`)
  return join(folder, name)
}

test('has no findings of CDK and cdk-nag', () => {
  const { pluginReports } = JSON.parse(readFileSync(join(outdir, 'validation-report.json'), 'utf8'))
  expect(pluginReports).toEqual([])
})

test("deploys to the home region of the credentials' account", () => {
  const environment = { region: 'us-east-1', account: 'unknown-account' }
  expect(assembly.getStackByName(STACK_NAME).environment).toMatchObject(environment)
  const other = withContext({}, { list: listOf({ home: 'eu-west-1' }) })
  expect(other.getStackByName(STACK_NAME).environment.region).toBe('eu-west-1')
})

test.each([
  ['off', []],
  ['rate(6 hours)', ['rate(6 hours)']],
  ['cron(0 3 * * ? *)', ['cron(0 3 * * ? *)']],
])('-c schedule="%s" sets the schedule', (schedule, expected) => {
  const { directory } = withContext({ schedule })
  const schedules = ofType(templateIn(directory).Resources, 'AWS::Scheduler::Schedule')
  expect(schedules.map(({ Properties }) => Properties.ScheduleExpression)).toEqual(expected)
})

test('-c compute=lambda runs builds on Lambda compute', () => {
  const { directory } = withContext({ compute: 'lambda' })
  const [project] = ofType(templateIn(directory).Resources, 'AWS::CodeBuild::Project')
  expect(project?.Properties.Environment.Type).toBe('ARM_LAMBDA_CONTAINER')
  expect(() => withContext({ compute: 'fargate' })).toThrow(
    'compute: "fargate" is invalid; use ec2 or lambda',
  )
})

test('-c list=FILE sets the list', () => {
  const list = join(root, 'other.yaml')
  writeFileSync(list, 'images: [redis]\nregions: [ap-south-1]\n')
  expect(withContext({ list }).getStackByName(STACK_NAME).environment.region).toBe('ap-south-1')
})

test('-c name=NAME deploys a further mirror with its own stacks', () => {
  const list = listOf({ push: { repositories: ['team/*'], from: ['us-east-1', 'eu-west-1'] } })
  const { stacks } = withContext({ name: 'tools' }, { list })
  expect(stacks.map(({ stackName }) => stackName).sort()).toEqual([
    `${STACK_NAME}-tools`,
    `${STACK_NAME}-toolsPushes-eu-west-1`,
  ])
  for (const name of ['', '1st', 'a_b', 'a'.repeat(41), 'a b'])
    expect(() => withContext({ name }, { list })).toThrow('must begin with a letter')
})

test('two mirrors in a region have no resource names in common', () => {
  const list = listOf({ push: { repositories: ['team/*'] } })
  const namesIn = (directory: string, stack: string) => {
    const { Resources } = JSON.parse(readFileSync(join(directory, `${stack}.template.json`), 'utf8'))
    const named = Object.values(Resources as Record<string, { Properties?: Record<string, unknown> }>)
    return named.flatMap(({ Properties = {} }) =>
      Object.entries(Properties).flatMap(([key, value]) =>
        /Name$/.test(key) && typeof value === 'string' && key !== 'ScheduleName' ? [`${key} ${value}`] : [],
      ),
    )
  }
  const [one, other] = [withContext({}, { list }), withContext({ name: 'tools' }, { list })]
  const first = namesIn(one.directory, STACK_NAME)
  const second = namesIn(other.directory, `${STACK_NAME}-tools`)
  expect(first.filter((name) => /LogGroupName|GroupName/.test(name)).length).toBeGreaterThan(0)
  const common = first.filter(
    (name) => second.includes(name) && !/^(MetricName|DisplayName|PolicyName)/.test(name),
  )
  expect(common).toEqual([])
})

test.each([
  ['lst', /-c lst=.*did you mean "list"/],
  ['shedule', /did you mean "schedule"/],
  ['region', /-c region=… is not a setting of this app; its settings are list, name, schedule, compute$/],
])('refuses -c %s=…, and lists the known settings', (key, message) => {
  expect(() => withContext({ [key]: 'x' })).toThrow(message)
})

test('ignores settings of CDK in the context', () => {
  const others = {
    '@aws-cdk/core:x': 'y',
    'aws-cdk:enableDiffNoFail': 'true',
    'availability-zones:account=1': 'a',
  }
  expect(() => withContext(others)).not.toThrow()
})

test('outputs the state machine, the topic, the bucket and the log of builds', () => {
  expect(Object.keys(outputs).sort()).toEqual([
    'BuildLogGroupName',
    'FailureTopicArn',
    'StateMachineArn',
    'WorkBucketName',
  ])
})

test('uploads the list with the code, and passes its location to Plan', () => {
  const asset = fileIn(outdir, /^asset\.[0-9a-f]+\.json$/)
  expect(listSchema.parse(JSON.parse(readFileSync(asset, 'utf8'))).regions[0]).toBe('us-east-1')
  const urls = ofType(resources, 'AWS::Lambda::Function').map(
    ({ Properties }) => Properties.Environment.Variables.LIST_URL,
  )
  expect(urls.filter(Boolean)).toMatchObject([{ 'Fn::Sub': expect.stringMatching(/^s3:\/\/cdk-.*\.json$/) }])
})

test('bundles each program into one file', () => {
  const programs = readdirSync(outdir, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.mjs'),
  )
  expect(programs.map((name) => name.split('/')[1]).sort()).toEqual([
    ...Array(6).fill('index.mjs'),
    'main.mjs',
  ])
})

test('reports an error in the list with file and key, before it builds anything', () => {
  const file = join(root, 'wrong.yaml')
  writeFileSync(file, 'images: [redis]\nregions: [us-east-1]\nprefx: mirror\n')
  expect(() => buildApp({ listFile: file, outdir: join(root, 'wrong') })).toThrow(
    expect.objectContaining({ name: 'InvalidInput', message: expect.stringMatching(/wrong\.yaml.*prefx/s) }),
  )
})

test('passes an authority in a file only to programs that read sources', () => {
  const company = authority('company').cert
  writeFileSync(join(root, 'company.pem'), company)
  const list = join(root, 'private.yaml')
  writeFileSync(
    list,
    'images: [harbor.example/a]\nregions: [us-east-1]\nregistries: {harbor.example: {ca: company.pem}}\n',
  )
  const { Resources } = templateIn(withContext({ list }).directory)
  const [project] = ofType(Resources, 'AWS::CodeBuild::Project')
  const value = `harbor.example ${company.replaceAll(/-----[A-Z ]+-----|\s/g, '')}`
  expect(project?.Properties.Environment.EnvironmentVariables).toContainEqual({
    Name: 'REGISTRY_CA',
    Type: 'PLAINTEXT',
    Value: value,
  })
  const told = ofType(Resources, 'AWS::Lambda::Function').filter(
    ({ Properties }) => Properties.Environment.Variables.REGISTRY_CA === value,
  )
  expect(told.map(({ Properties }) => Properties.Description)).toEqual([
    'Resolves the matching tags of a source and their digests',
  ])
})

test('names a missing list file', () => {
  expect(() => buildApp({ listFile: join(root, 'none.yaml'), outdir: join(root, 'none') })).toThrow(
    /none\.yaml/,
  )
})

test('has one stack without further push regions', () => {
  expect(assembly.stacks.map(({ stackName }) => stackName)).toEqual([STACK_NAME])
})

test('has a small stack without findings for each further push region', () => {
  const regions = ['us-east-1', 'eu-west-1', 'ap-southeast-2']
  const list = listOf({ regions, push: { repositories: ['team/*'], from: regions } })
  const { stacks, directory } = withContext({}, { list })
  expect(stacks.map(({ stackName, environment }) => [stackName, environment.region])).toEqual([
    [STACK_NAME, 'us-east-1'],
    [`${STACK_NAME}Pushes-ap-southeast-2`, 'ap-southeast-2'],
    [`${STACK_NAME}Pushes-eu-west-1`, 'eu-west-1'],
  ])
  const { pluginReports } = JSON.parse(readFileSync(join(directory, 'validation-report.json'), 'utf8'))
  expect(pluginReports).toEqual([])
  const small = JSON.parse(
    readFileSync(join(directory, `${STACK_NAME}Pushes-eu-west-1.template.json`), 'utf8'),
  )
  const types = Object.values<{ Type: string }>(small.Resources).map(({ Type }) => Type)
  expect(types.filter((type) => type !== 'AWS::CDK::Metadata').sort()).toEqual([
    'AWS::CloudWatch::Alarm',
    'AWS::Events::Rule',
    'AWS::IAM::Policy',
    'AWS::IAM::Role',
    'AWS::KMS::Key',
    'AWS::SNS::Topic',
    'AWS::SNS::TopicPolicy',
    'AWS::SQS::Queue',
    'AWS::SQS::QueuePolicy',
  ])
  expect(Object.keys(small.Outputs)).toEqual(['FailureTopicArn'])
})
