/**
 * Converts a buildspec to a shell script. In version 0.2, all commands share one shell, a phase stops at the first
 * failed command, `post_build` runs if `build` ran, and `finally` always runs.
 * https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html
 */
import { parse } from 'yaml'
import { asArray, asObject, asString, isObject, type Json, type JsonObject } from '../json.ts'

export const PHASES = ['install', 'pre_build', 'build', 'post_build'] as const
export type PhaseName = (typeof PHASES)[number]

export interface Buildspec {
  readonly variables: Readonly<Record<string, string>>
  readonly exported: readonly string[]
  readonly phases: Readonly<Partial<Record<PhaseName, Commands>>>
}

interface Commands {
  readonly commands: readonly string[]
  readonly finally: readonly string[]
}

const KNOWN = new Set(['version', 'env', 'phases'])
const KNOWN_ENV = new Set(['variables', 'exported-variables', 'shell'])

export function parseBuildspec(text: string): Buildspec {
  const spec = asObject(parse(text) as Json, 'the buildspec')
  if (String(spec.version) !== '0.2')
    throw new Error(`buildspec version ${spec.version} is not supported; use 0.2`)
  const env = isObject(spec.env) ? spec.env : {}
  refuse('buildspec', spec, KNOWN)
  refuse('env of the buildspec', env, KNOWN_ENV)
  const phases = asObject(spec.phases, 'phases of the buildspec')
  return {
    variables: stringsOf(isObject(env.variables) ? env.variables : {}),
    exported: asArray(env['exported-variables']).map((name) => variableName(name)),
    phases: Object.fromEntries(
      Object.entries(phases).map(([name, phase]) => [name, commandsOf(asObject(phase, `phase ${name}`))]),
    ),
  }
}

/** Rejects settings that the local run would silently ignore. */
function refuse(what: string, object: JsonObject, known: ReadonlySet<string>): void {
  const unknown = Object.keys(object).filter((key) => !known.has(key))
  if (unknown.length > 0)
    throw new Error(`the ${what} uses ${unknown.join(', ')}, which the local run does not support`)
}

function commandsOf(phase: JsonObject): Commands {
  return { commands: asArray(phase.commands).map(String), finally: asArray(phase.finally).map(String) }
}

function stringsOf(object: JsonObject): Record<string, string> {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, String(value)]))
}

function variableName(value: Json): string {
  const name = asString(value, 'an exported variable')
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) throw new Error(`"${name}" is not the name of a variable`)
  return name
}

/**
 * The whole build as one script. It reports events on file descriptor 3, one per line (`start PHASE`, `end PHASE STATUS
 * COMMAND`), and exported variables at the end on descriptor 4, as `NAME=value` and a NUL. Commands come from the
 * project's buildspec; values of variables never become part of the script.
 */
export function buildScript(spec: Buildspec): string {
  return [
    ...PHASES.flatMap((name) => phaseFunction(name, spec.phases[name])),
    'CODEBUILD_BUILD_SUCCEEDING=1; export CODEBUILD_BUILD_SUCCEEDING',
    'mirror_run() { printf "start %s\\n" "$1" >&3; "phase_$1"; }',
    'if mirror_run install && mirror_run pre_build; then',
    '  mirror_run build || CODEBUILD_BUILD_SUCCEEDING=0',
    '  mirror_run post_build || CODEBUILD_BUILD_SUCCEEDING=0',
    'else CODEBUILD_BUILD_SUCCEEDING=0',
    'fi',
    ...spec.exported.map((name) => `printf '%s=%s\\0' ${name} "\${${name}-}" >&4`),
    '[ "$CODEBUILD_BUILD_SUCCEEDING" = 1 ]',
    '',
  ].join('\n')
}

function phaseFunction(name: PhaseName, phase: Commands | undefined): string[] {
  const lines = (phase?.commands ?? []).flatMap((command, index) => [
    command,
    `mirror_status=$?; if [ "$mirror_status" -ne 0 ]; then`,
    `  printf 'end ${name} %s ${index}\\n' "$mirror_status" >&3; return "$mirror_status"`,
    'fi',
  ])
  // A function of its own, so that a command that returns early cannot skip `finally`.
  return [
    `commands_${name}() {`,
    ':',
    ...lines,
    `printf 'end ${name} 0 0\\n' >&3`,
    '}',
    `phase_${name}() {`,
    `commands_${name}; mirror_result=$?`,
    ...(phase?.finally ?? []),
    'return "$mirror_result"',
    '}',
  ]
}
