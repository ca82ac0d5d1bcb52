/** Renders the result of `auth` for people. */

import { plural } from '../../mirror/units.ts'
import { listed } from '../../mirror/words.ts'
import type { AuthCheck, AuthDocument, AuthFailure } from './schema.ts'

const NAMES_WIDTH = 40

export function renderAuth({ checks }: AuthDocument): string[] {
  return (['source', 'target'] as const).flatMap((role) => [
    role === 'source' ? 'Sources' : 'Targets',
    ...checks.filter((check) => check.role === role).flatMap(linesOf),
  ])
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
