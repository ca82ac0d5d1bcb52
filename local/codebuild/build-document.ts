/**
 * The Build document that `codebuild:startBuild.sync` returns, with the fields that a workflow may read.
 * https://docs.aws.amazon.com/codebuild/latest/APIReference/API_Build.html
 */
import { pathToFileURL } from 'node:url'
import type { JsonObject } from '../json.ts'
import { type Buildspec, PHASES, type PhaseName } from './buildspec.ts'
import type { PhaseEvent, ShellResult } from './shell.ts'

export interface Build extends JsonObject {
  readonly Id: string
  readonly Arn: string
  readonly BuildStatus: string
}

export interface BuildFacts {
  readonly project: { readonly name: string; readonly arn: string }
  readonly id: string
  readonly number: number
  readonly logFile: string
  readonly spec: Buildspec
  readonly variables: Readonly<Record<string, string>>
}

export function buildDocument(facts: BuildFacts, started: Date, shell: ShellResult): Build {
  const ended = new Date()
  const { project, id } = facts
  return {
    Id: `${project.name}:${id}`,
    Arn: `${project.arn.replace(':project/', ':build/')}:${id}`,
    BuildNumber: facts.number,
    BuildStatus: shell.status,
    BuildComplete: true,
    CurrentPhase: 'COMPLETED',
    ProjectName: project.name,
    Initiator: 'states',
    StartTime: started.getTime(),
    EndTime: ended.getTime(),
    Phases: [...phasesOf(facts.spec, shell), { PhaseType: 'COMPLETED', StartTime: ended.getTime() }],
    Logs: { DeepLink: pathToFileURL(facts.logFile).href, StreamName: id },
    Environment: {
      EnvironmentVariables: Object.entries(facts.variables).map(([Name, Value]) => ({
        Name,
        Type: 'PLAINTEXT',
        Value,
      })),
    },
    ExportedEnvironmentVariables: facts.spec.exported
      .filter((Name) => shell.variables[Name] !== undefined)
      .map((Name) => ({ Name, Value: shell.variables[Name] ?? '' })),
  }
}

function phasesOf(spec: Buildspec, shell: ShellResult): readonly JsonObject[] {
  return PHASES.flatMap((name): readonly JsonObject[] => {
    const start = shell.phases.find(({ phase, status }) => phase === name && status === undefined)
    if (!start) return []
    const end = shell.phases.find(({ phase, status }) => phase === name && status !== undefined)
    const seconds = end ? Math.round((end.at.getTime() - start.at.getTime()) / 1000) : 0
    return [
      {
        PhaseType: name.toUpperCase(),
        PhaseStatus: end ? (end.status === 0 ? 'SUCCEEDED' : 'FAILED') : shell.status,
        StartTime: start.at.getTime(),
        ...(end ? { EndTime: end.at.getTime(), DurationInSeconds: seconds } : {}),
        Contexts: end && end.status !== 0 ? [contextOf(spec, end)] : [{ StatusCode: '', Message: '' }],
      },
    ]
  })
}

function contextOf({ phases }: Buildspec, end: PhaseEvent): JsonObject {
  const command = phases[end.phase as PhaseName]?.commands[end.command ?? 0] ?? ''
  return {
    StatusCode: 'COMMAND_EXECUTION_ERROR',
    Message: `Error while executing command: ${command}. Reason: exit status ${end.status}`,
  }
}
