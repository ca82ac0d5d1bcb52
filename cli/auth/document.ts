/** The result of `auth` as a JSON document. It contains no secrets. */
import { listed } from '../../mirror/words.ts'
import { plural, wrapHanging } from '../words.ts'

const NAMES_WIDTH = 40

export interface AuthDocument {
  readonly list: string
  readonly checks: readonly AuthCheck[]
}

export interface AuthCheck {
  /** The registry's host, or the target's id. */
  readonly registry: string
  readonly role: 'source' | 'target'
  /** Whether commands on this machine, runs of the deployed mirror, or both use the credentials. */
  readonly usedIn: 'commands' | 'runs' | 'both'
  /** What they are and where they come from. */
  readonly credentials: string
  /** `unchecked`: they cannot be read here, which says nothing about runs. */
  readonly status: 'works' | 'failed' | 'unchecked'
  /** The repositories that were asked for. */
  readonly repositories: readonly string[]
  /** One for each repository that failed. */
  readonly failures: readonly AuthFailure[]
}

export interface AuthFailure {
  readonly repository: string
  readonly name: string
  readonly message: string
}

export function exitStatus(checks: readonly AuthCheck[]): number {
  return checks.some(({ status }) => status === 'failed') ? 1 : 0
}

/** @param width - of the screen */
export function renderAuth({ checks }: AuthDocument, width: number): string[] {
  const lines = (['source', 'target'] as const).flatMap((role) => [
    role === 'source' ? 'Sources' : 'Targets',
    ...checks.filter((check) => check.role === role).flatMap(linesOf),
  ])
  return lines.flatMap((line) => wrapHanging(line, width))
}

function linesOf({ registry, usedIn, credentials, status, repositories, failures }: AuthCheck): string[] {
  const where = usedIn === 'both' ? '' : `, in ${usedIn}`
  const works = repositories.length - failures.length
  const of = plural(repositories.length, 'repository', 'repositories')
  const outcome = {
    works: `works for ${of}`,
    failed: works === 0 ? 'does not work' : `works for ${works} of ${of}`,
    unchecked: 'not checked',
  }[status]
  return [`  ${registry}${where}: ${credentials}; ${outcome}`, ...failureLines(failures)]
}

/** Repositories that fail for one reason share a line. */
function failureLines(failures: readonly AuthFailure[]): string[] {
  const groups = Map.groupBy(failures, ({ name, message }) => `${name}: ${message}`)
  return [...groups].map(([text, of]) => {
    const names = of.map(({ repository }) => repository)
    return `    ${listed(names, NAMES_WIDTH)}: ${text.replaceAll('\n', ' ')}`
  })
}
