/**
 * CodeBuild on this machine: runs the project's real buildspec in `sh` on a fresh copy of its source, with the
 * project's environment and the overrides of the call, and returns the Build document in AWS's format.
 */
import { randomUUID } from 'node:crypto'
import { cp, mkdir, rm } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { dirname, join } from 'node:path'
import { CodeBuildErrorName, StatesErrorName } from '../../mirror/aws-error-name.ts'
import { asArray, asObject, asString, isObject, type Json, type JsonObject } from '../json.ts'
import { StatesError } from '../states-error.ts'
import { type Build, buildDocument } from './build-document.ts'
import { buildScript, parseBuildspec } from './buildspec.ts'
import { runShell } from './shell.ts'

export interface Project {
  readonly name: string
  readonly arn: string
  readonly buildspec: string
  /** The folder with the unpacked source. */
  readonly source: string
  readonly environment: Readonly<Record<string, string>>
  readonly timeoutSeconds: number
}

export interface CodeBuildProps {
  readonly project: Project
  /** The folder for copies of the source, which are removed after the build. */
  readonly workDir: string
  readonly logDir: string
  /** Variables of every build besides the project's: region, endpoints and credentials. */
  readonly environment: Readonly<Record<string, string>>
  /** @default - one per processor */
  readonly concurrency?: number
  /** @default - in `sh` */
  readonly run?: typeof runShell
}

export interface CodeBuild {
  readonly projectArn: string
  /** `codebuild:startBuild.sync`: waits for the build. A build that does not succeed fails with States.TaskFailed. */
  startBuildSync(input: Json, signal: AbortSignal): Promise<Json>
  /** The file of the log stream of a build; undefined if the build does not exist. */
  logOf(stream: string): string | undefined
  /** Resolves when no build is running, and the copies of the source are removed. Does not stop builds. */
  settled(): Promise<void>
}

export function startCodeBuild(props: CodeBuildProps): CodeBuild {
  const { project, run = runShell } = props
  const spec = parseBuildspec(project.buildspec)
  const script = buildScript(spec)
  const turn = queue(props.concurrency ?? availableParallelism())
  const logFiles = new Map<string, string>()
  const running = new Set<Promise<Build>>()
  let number = 0

  async function tracked(building: Promise<Build>): Promise<Build> {
    running.add(building)
    try {
      return await building
    } finally {
      running.delete(building)
    }
  }

  async function build(overrides: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Build> {
    // A build that waited for its turn is not started any more.
    signal.throwIfAborted()
    const id = randomUUID()
    const folder = join(props.workDir, id)
    const source = join(folder, 'src')
    const logFile = join(props.logDir, `${id}.log`)
    logFiles.set(id, logFile)
    await mkdir(dirname(logFile), { recursive: true })
    await cp(project.source, source, { recursive: true })
    const document = {
      project,
      id,
      number: ++number,
      logFile,
      spec,
      variables: { ...project.environment, ...overrides },
    }
    const started = new Date()
    try {
      const shell = await run({
        script,
        folder: source,
        logFile,
        signal,
        timeoutSeconds: project.timeoutSeconds,
        environment: {
          ...machineEnvironment(folder),
          ...props.environment,
          ...spec.variables,
          ...project.environment,
          ...overrides,
          ...ofThisBuild(project, id, source, number, props.environment.AWS_REGION ?? ''),
        },
      })
      return buildDocument(document, started, shell)
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }

  return {
    projectArn: project.arn,
    logOf: (stream) => logFiles.get(stream),
    settled: async () => void (await Promise.allSettled(running)),
    async startBuildSync(input, signal) {
      const call = asObject(input, 'the input of startBuild')
      if (call.ProjectName !== project.name && call.ProjectName !== project.arn) {
        throw new StatesError(
          CodeBuildErrorName.ResourceNotFoundException,
          `Project cannot be found: ${call.ProjectName}`,
        )
      }
      const overrides = overridesOf(call)
      const requested = Date.now()
      const done = await turn(() =>
        tracked(build({ ...overrides, CODEBUILD_START_TIME: String(requested) }, signal)),
      )
      const cause = JSON.stringify({ Build: done })
      if (done.BuildStatus !== 'SUCCEEDED') throw new StatesError(StatesErrorName.TaskFailed, cause)
      return JSON.parse(cause) as Json
    },
  }
}

/**
 * The machine's part of a build's environment. This process's Node comes first on the path, because the build needs the
 * pinned version. The home folder is the build's own, which keeps the user's configuration out.
 */
function machineEnvironment(home: string): Readonly<Record<string, string>> {
  return {
    PATH: `${dirname(process.execPath)}:${process.env.PATH ?? '/usr/bin:/bin'}`,
    HOME: home,
    LANG: 'C.UTF-8',
  }
}

function ofThisBuild(project: Project, id: string, source: string, number: number, region: string) {
  return {
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    CODEBUILD_BUILD_ID: `${project.name}:${id}`,
    CODEBUILD_BUILD_ARN: `${project.arn.replace(':project/', ':build/')}:${id}`,
    CODEBUILD_BUILD_NUMBER: String(number),
    CODEBUILD_INITIATOR: 'states',
    CODEBUILD_LOG_PATH: id,
    CODEBUILD_SRC_DIR: source,
    CI: 'true',
  }
}

function overridesOf(call: JsonObject): Record<string, string> {
  const entries = asArray(call.EnvironmentVariablesOverride).filter(isObject)
  return Object.fromEntries(
    entries.map(({ Name, Type = 'PLAINTEXT', Value }) => {
      if (Type !== 'PLAINTEXT')
        throw new Error(`an environment variable of type ${Type} is not supported here`)
      return [asString(Name, 'the name of a variable'), asString(Value, `the variable ${Name}`)]
    }),
  )
}

/** Limits concurrency; further builds are queued, as in CodeBuild. */
function queue(limit: number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = []
  let running = 0
  return async (work) => {
    if (running >= limit) await new Promise<void>((resolve) => waiting.push(resolve))
    else running += 1
    try {
      return await work()
    } finally {
      // Passes the slot to the next in the queue, or frees it.
      const next = waiting.shift()
      if (next) next()
      else running -= 1
    }
  }
}
