import { spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type CodeBuild, startCodeBuild } from '../../../local/codebuild/codebuild.ts'
import type { Json, JsonObject } from '../../../local/json.ts'
import type { StatesError } from '../../../local/states-error.ts'
import { CodeBuildErrorName, StatesErrorName } from '../../../mirror/aws-error-name.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'codebuild-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const ARN = 'arn:aws:codebuild:us-east-1:123456789012:project/Sync'

async function codebuild(phases: JsonObject, more: { timeoutSeconds?: number; concurrency?: number } = {}) {
  const source = join(folder, 'source')
  await mkdir(source, { recursive: true })
  await writeFile(join(source, 'main.mjs'), 'console.log(JSON.stringify({ order: process.env.ORDER_KEY }))')
  return startCodeBuild({
    project: {
      name: 'Sync',
      arn: ARN,
      source,
      environment: { WORK_BUCKET: 'work', ORDER_KEY: 'none' },
      timeoutSeconds: more.timeoutSeconds ?? 20,
      buildspec: JSON.stringify({ version: '0.2', env: { 'exported-variables': ['OUT'] }, phases }),
    },
    workDir: join(folder, 'work'),
    logDir: join(folder, 'logs'),
    environment: { AWS_REGION: 'us-east-1' },
    ...(more.concurrency === undefined ? {} : { concurrency: more.concurrency }),
  })
}

function start(
  builds: CodeBuild,
  variables: Record<string, string> = {},
  signal = new AbortController().signal,
) {
  const EnvironmentVariablesOverride = Object.entries(variables).map(([Name, Value]) => ({
    Name,
    Type: 'PLAINTEXT',
    Value,
  }))
  return builds.startBuildSync({ ProjectName: 'Sync', EnvironmentVariablesOverride }, signal)
}

async function buildOf(result: Promise<Json>): Promise<JsonObject> {
  return ((await result) as { Build: JsonObject }).Build
}

async function failedBuild(result: Promise<Json>): Promise<JsonObject> {
  const error = await result.then(
    () => undefined,
    (thrown: StatesError) => thrown,
  )
  expect(error?.name).toBe(StatesErrorName.TaskFailed)
  return JSON.parse(error?.message ?? '').Build
}

test('runs the commands in one shell on a fresh copy of the source, and exports variables', async () => {
  const builds = await codebuild({
    install: { commands: ['mkdir made && cd made'] },
    build: { commands: ['OUT="$(node ../main.mjs)"', 'export OUT'] },
  })
  const build = await buildOf(start(builds, { ORDER_KEY: `a "quoted" $(order)'s key` }))
  expect(build).toMatchObject({
    BuildStatus: 'SUCCEEDED',
    Id: expect.stringMatching(/^Sync:[0-9a-f-]{36}$/),
    Arn: expect.stringMatching(/^arn:aws:codebuild:us-east-1:123456789012:build\/Sync:[0-9a-f-]{36}$/),
    ExportedEnvironmentVariables: [{ Name: 'OUT', Value: '{"order":"a \\"quoted\\" $(order)\'s key"}' }],
  })
  expect(await readdir(join(folder, 'source'))).toEqual(['main.mjs'])
  expect(await readdir(join(folder, 'work'))).toEqual([])
})

test("runs the build with the project's own Node", async () => {
  const builds = await codebuild({ build: { commands: ['OUT="$(node --version)"'] } })
  const build = await buildOf(start(builds))
  expect(build.ExportedEnvironmentVariables).toEqual([{ Name: 'OUT', Value: process.version }])
})

test('fails the build at a failing command, and still runs post_build', async () => {
  const builds = await codebuild({
    build: { commands: ['OUT=before', 'false', 'OUT=after'], finally: ['echo finally'] },
    post_build: { commands: ['OUT="$OUT $CODEBUILD_BUILD_SUCCEEDING"'] },
  })
  const build = await failedBuild(start(builds))
  expect(build).toMatchObject({
    BuildStatus: 'FAILED',
    ExportedEnvironmentVariables: [{ Name: 'OUT', Value: 'before 0' }],
  })
  expect(build.Phases).toContainEqual(
    expect.objectContaining({
      PhaseType: 'BUILD',
      PhaseStatus: 'FAILED',
      Contexts: [
        {
          StatusCode: 'COMMAND_EXECUTION_ERROR',
          Message: 'Error while executing command: false. Reason: exit status 1',
        },
      ],
    }),
  )
  const log = fileURLToPath(String((build.Logs as JsonObject).DeepLink))
  expect(await readFile(log, 'utf8')).toBe('finally\n')
})

test('runs no later phase if install fails', async () => {
  const builds = await codebuild({
    install: { commands: ['OUT=install; (exit 7)'] },
    build: { commands: ['OUT=build'] },
    post_build: { commands: ['OUT=post_build'] },
  })
  const build = await failedBuild(start(builds))
  expect(build.ExportedEnvironmentVariables).toEqual([{ Name: 'OUT', Value: 'install' }])
})

test('ends a build TIMED_OUT at its timeout, with all of its processes', async () => {
  const builds = await codebuild(
    { build: { commands: ['sleep 60 & echo $! > pid; cp pid ../../../pid; wait'] } },
    { timeoutSeconds: 1 },
  )
  expect((await failedBuild(start(builds))).BuildStatus).toBe('TIMED_OUT')
  const pid = Number(await readFile(join(folder, 'pid'), 'utf8'))
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' })
  // The process was killed, but its new parent may not have reaped it yet.
  expect(stdout.trim()).toMatch(/^(Z.*)?$/)
})

test('ends an aborted build STOPPED', async () => {
  const builds = await codebuild({ build: { commands: ['sleep 60'] } })
  const stop = new AbortController()
  const running = start(builds, {}, stop.signal)
  setImmediate(() => stop.abort())
  expect((await failedBuild(running)).BuildStatus).toBe('STOPPED')
})

test('limits concurrent builds', async () => {
  const builds = await codebuild({ build: { commands: ['OUT="$(ls ../.. | wc -l)"'] } }, { concurrency: 1 })
  const all = await Promise.all([1, 2, 3].map(() => buildOf(start(builds))))
  expect(all.map((build) => JSON.stringify(build.ExportedEnvironmentVariables).includes('1'))).toEqual([
    true,
    true,
    true,
  ])
})

test('fails like CodeBuild for an unknown project', async () => {
  const builds = await codebuild({})
  const call = builds.startBuildSync({ ProjectName: 'Other' }, new AbortController().signal)
  await expect(call).rejects.toMatchObject({ name: CodeBuildErrorName.ResourceNotFoundException })
})
