// `image-mirror doctor`: settings of ECR, places of the list, secrets, the age of the last run, and its text.
import { writeFile } from 'node:fs/promises'
import {
  CreatePullThroughCacheRuleCommand,
  ECRClient,
  PutRegistryPolicyCommand,
  PutReplicationConfigurationCommand,
} from '@aws-sdk/client-ecr'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { doctorCommand } from '../../../cli/deployed/doctor/command.ts'
import { doctor } from '../../../cli/deployed/doctor/doctor.ts'
import { diagnose, notOk, openHealthyWorld, SECRET } from './doctor-world.ts'
import type { DeployedWorld } from './world.ts'

let world: DeployedWorld
beforeAll(async () => {
  world = await openHealthyWorld()
})
afterAll(() => world?.[Symbol.asyncDispose]())

const diagnosis = () => diagnose(world)

test('settings of ECR that write to the same repositories, or that deny, are warnings', async () => {
  const ecr = new ECRClient({ region: 'eu-west-1' })
  const before = notOk(await diagnosis()).length
  const warnings = async () =>
    notOk(await diagnosis())
      .filter(({ check }) => check === 'registries')
      .map(({ found }) => found)
  const rules = [
    {
      destinations: [{ region: 'us-east-1', registryId: '123456789012' }],
      repositoryFilters: [{ filter: 'unrelated/', filterType: 'PREFIX_MATCH' as const }],
    },
  ]
  await ecr.send(new PutReplicationConfigurationCommand({ replicationConfiguration: { rules } }))
  await ecr.send(
    new CreatePullThroughCacheRuleCommand({
      ecrRepositoryPrefix: 'hub',
      upstreamRegistryUrl: 'registry-1.docker.io',
    }),
  )
  expect(await warnings()).toEqual([])
  await ecr.send(
    new CreatePullThroughCacheRuleCommand({
      ecrRepositoryPrefix: 'more',
      upstreamRegistryUrl: 'quay.io',
    }),
  )
  const all = [{ destinations: [{ region: 'us-east-1', registryId: '123456789012' }] }]
  await ecr.send(new PutReplicationConfigurationCommand({ replicationConfiguration: { rules: all } }))
  const Statement = [{ Effect: 'Deny', Principal: '*', Action: 'ecr:CreateRepository', Resource: '*' }]
  await ecr.send(new PutRegistryPolicyCommand({ policyText: JSON.stringify({ Statement }) }))
  expect(await warnings()).toEqual([
    'the pull-through cache rule "more" in eu-west-1 writes to repositories of the mirror',
    "ECR's own replication copies repositories of the mirror from eu-west-1 to us-east-1",
    'the registry policy in eu-west-1 has a statement that denies',
  ])
  expect(before).toBeLessThan(notOk(await diagnosis()).length)
  ecr.destroy()
})

test('a broken list in Parameter Store is a failure, with how to check another', async () => {
  await writeFile(`${world.folder}/parameters.yaml`, '/mirror/images: "- {sourc: redis}"')
  const found = notOk(await diagnosis()).filter(({ check }) => check === 'list')
  expect(found).toMatchObject([{ status: 'failed', command: expect.stringContaining('validate') }])
})

test('a secret that is missing in the home region is a failure', async () => {
  await writeFile(`${world.folder}/secrets.json`, '{}')
  const found = notOk(await diagnosis()).filter(({ check }) => check === 'secrets')
  expect(found).toMatchObject([
    { status: 'failed', found: `the secret ${SECRET} does not exist in us-east-1` },
  ])
})

test('a run that is older than the schedule allows is a failure', async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 60 * 3_600_000 })
  const found = notOk(await diagnosis()).filter(({ check }) => check === 'last run')
  vi.useRealTimers()
  expect(found).toMatchObject([{ status: 'failed', command: 'npx image-mirror start' }])
  expect(found[0]?.found).toContain('should have started one within 54 hours')
})

test('the text fits 80 columns, except for commands, and ends with what needs attention', async () => {
  const { status, out } = await world.run(doctorCommand, doctor, [], { screen: { isTTY: true, columns: 80 } })
  expect(status).toBe(1)
  const lines = out.split('\n')
  expect(lines.filter((line) => line.length > 79 && !/^ +(?:aws|npx) /.test(line))).toEqual([])
  expect(lines[0]).toBe('ImageMirror in us-east-1, account 123456789012')
  expect(lines.at(-2)).toMatch(/^\d+ checks: \d+ ok, /)
  expect(out.indexOf('FAILED')).toBeGreaterThan(out.indexOf('\nok '))
})

test('there is no mirror to check', async () => {
  const { status, err } = await world.run(doctorCommand, doctor, ['--name', 'other'])
  expect(status).toBe(4)
  expect(err).toContain('There is no mirror "other"')
})
