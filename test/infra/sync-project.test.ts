// The CodeBuild project: program, environment and permissions.
import { RetentionDays } from 'aws-cdk-lib/aws-logs'
import { expect, test } from 'vitest'
import { type Compute, computeSettings } from '../../infra/compute.ts'
import { accessOf } from '../../infra/iam/access.ts'
import { grantAll } from '../../infra/iam/grants.ts'
import { copyToTargets } from '../../infra/iam/permissions.ts'
import { networkOf } from '../../infra/network.ts'
import { workBucket } from '../../infra/storage.ts'
import { syncProject } from '../../infra/sync-project.ts'
import { grantsOf, LISTED_VPC, listOf, only, policies, resourcesOf, testStack } from './templates.ts'

function projectOf(compute: Compute, more: { maxConcurrentBuilds?: number } = {}, list = listOf()) {
  const stack = testStack()
  const { role } = syncProject(stack, {
    bucket: workBucket(stack),
    network: networkOf(stack, list, {}),
    registrySettings: { REGISTRY_PULL_RESERVE: '20' },
    writersPerRegion: 7,
    logRetention: RetentionDays.ONE_MONTH,
    compute: computeSettings(stack, compute),
    ...more,
  })
  grantAll(role, copyToTargets(stack, accessOf(stack, list)))
  return resourcesOf(stack)
}

const resources = projectOf('ec2')
const { Properties: project } = only(resources, 'AWS::CodeBuild::Project')

test('is small, ARM and never privileged', () => {
  expect(project.Environment).toMatchObject({
    Type: 'ARM_CONTAINER',
    ComputeType: 'BUILD_GENERAL1_SMALL',
    Image: 'aws/codebuild/amazonlinux-aarch64-standard:4.0',
    PrivilegedMode: false,
  })
})

test('runs the program of its asset with an inline buildspec', () => {
  expect(project.Source.Type).toBe('S3')
  expect(JSON.parse(project.Source.BuildSpec)).toEqual({
    version: '0.2',
    phases: {
      install: { 'runtime-versions': { nodejs: 24 } },
      build: { commands: ['node main.mjs'] },
    },
  })
  expect(project.Artifacts).toEqual({ Type: 'NO_ARTIFACTS' })
})

test('has the work bucket and the registry settings in its environment, and no secrets', () => {
  expect(project.Environment.EnvironmentVariables).toEqual([
    { Name: 'REGISTRY_PULL_RESERVE', Type: 'PLAINTEXT', Value: '20' },
    { Name: 'WORK_BUCKET', Type: 'PLAINTEXT', Value: { Ref: expect.stringMatching(/^WorkBucket/) } },
    { Name: 'TIME_LIMIT_SECONDS', Type: 'PLAINTEXT', Value: '7200' },
    { Name: 'WRITERS_PER_REGION', Type: 'PLAINTEXT', Value: '7' },
  ])
})

test('queues builds instead of refusing them, unless it has its own limit', () => {
  expect(project.ConcurrentBuildLimit).toBeUndefined()
  const { Properties: limited } = only(
    projectOf('ec2', { maxConcurrentBuilds: 4 }),
    'AWS::CodeBuild::Project',
  )
  expect(limited.ConcurrentBuildLimit).toBe(4)
  expect(project).toMatchObject({ QueuedTimeoutInMinutes: 120, TimeoutInMinutes: 120 })
})

test('runs on Lambda compute with its Node version and timeout', () => {
  const { Properties: lambda } = only(projectOf('lambda'), 'AWS::CodeBuild::Project')
  expect(lambda.Environment).toMatchObject({
    Type: 'ARM_LAMBDA_CONTAINER',
    ComputeType: 'BUILD_LAMBDA_2GB',
    Image: 'aws/codebuild/amazonlinux-aarch64-lambda-standard:nodejs24',
    PrivilegedMode: false,
  })
  expect(lambda.Environment.EnvironmentVariables).toContainEqual(
    expect.objectContaining({ Name: 'TIME_LIMIT_SECONDS', Value: '900' }),
  )
  expect(JSON.parse(lambda.Source.BuildSpec).phases).toEqual({
    build: JSON.parse(project.Source.BuildSpec).phases.build,
  })
  const refused = ['TimeoutInMinutes', 'QueuedTimeoutInMinutes', 'VpcConfig', 'FileSystemLocations']
  expect(Object.keys(lambda)).not.toEqual(expect.arrayContaining(refused))
  expect(lambda.Cache).toEqual({ Type: 'NO_CACHE' })
})

test('is in the VPC of its sources, with permissions only for its own role', () => {
  const inVpc = projectOf('ec2', {}, listOf({ vpc: LISTED_VPC }))
  const { VpcConfig, ...others } = only(inVpc, 'AWS::CodeBuild::Project').Properties
  expect(VpcConfig).toEqual({
    VpcId: LISTED_VPC.id,
    Subnets: LISTED_VPC.subnets,
    SecurityGroupIds: LISTED_VPC.securityGroups,
  })
  expect(others).toEqual(project)
  expect(Object.keys(policies(inVpc))).toEqual(Object.keys(policies(resources)))
  expect(grantsOf(inVpc, 'SyncRole')).toEqual(
    expect.arrayContaining([...grantsOf(resources, 'SyncRole'), 'ec2:DescribeVpcs *']),
  )
})

test('keeps its own log for a month', () => {
  const { Properties: log } = only(resources, 'AWS::Logs::LogGroup')
  expect(log.RetentionInDays).toBe(30)
  expect(project.LogsConfig.CloudWatchLogs).toMatchObject({ Status: 'ENABLED' })
})

test('has exactly these permissions', () => {
  expect(Object.keys(policies(resources))).toHaveLength(1)
  const target = 'arn:<AWS::Partition>:ecr:*:<AWS::AccountId>:repository/mirror/*'
  expect(grantsOf(resources, 'SyncRole').map(short).sort()).toEqual(
    [
      'ecr:GetAuthorizationToken *',
      ...['BatchCheckLayerAvailability', 'BatchGetImage', 'CompleteLayerUpload', 'CreateRepository'],
      ...['DescribeRepositories', 'GetDownloadUrlForLayer', 'InitiateLayerUpload'],
      ...['PutImage', 'TagResource', 'UploadLayerPart'],
      'logs:CreateLogStream <SyncLog.Arn>',
      'logs:PutLogEvents <SyncLog.Arn>',
      's3:GetBucketAcl ASSETS',
      's3:GetBucketLocation ASSETS',
      's3:GetObject ASSETS/HASH.zip',
      's3:GetObject <WorkBucket.Arn>/runs/*',
      's3:GetObjectVersion ASSETS/HASH.zip',
      's3:PutObject <WorkBucket.Arn>/refused/*',
      's3:PutObject <WorkBucket.Arn>/runs/*',
    ]
      .map((grant) => (grant.includes(' ') ? grant : `ecr:${grant} ${target}`))
      .sort(),
  )
})

function short(grant: string): string {
  return grant
    .replace(/arn:<AWS::Partition>:s3:::cdk-hnb659fds-assets-\$\{AWS::AccountId\}-us-east-1/, 'ASSETS')
    .replace(/[0-9a-f]{64}/, 'HASH')
    .replace(/<([A-Za-z]+?)[0-9A-F]{8}\.Arn>/, '<$1.Arn>')
}
