/** Tries the credentials of every registry of a list on its repositories, and writes nothing. */
import pMap from 'p-map'
import { describeFailure } from '../../mirror/failure.ts'
import type { List } from '../../mirror/list/config.ts'
import { type Attempt, type AttemptContext, attemptsOf } from './attempts.ts'
import { UnreadSecret } from './login.ts'
import type { AuthCheck, AuthFailure } from './schema.ts'

const PARALLEL_REPOSITORIES = 8

type Tried = Attempt & {
  readonly credentials: string
  readonly error?: unknown
}

export async function checkCredentials(list: List, context: AttemptContext): Promise<AuthCheck[]> {
  const tried = await pMap(attemptsOf(list, context), (attempt) => tryOne(attempt, context.signal), {
    concurrency: PARALLEL_REPOSITORIES,
  })
  const groups = Map.groupBy(merged(tried), ({ role, registry, usedIn, credentials }) =>
    [role, registry, usedIn, credentials].join(' '),
  )
  return [...groups.values()].flatMap(checkOf)
}

async function tryOne(attempt: Attempt, signal: AbortSignal): Promise<Tried> {
  let credentials = 'stored credentials that cannot be read'
  try {
    const login = await attempt.login()
    credentials = login.description
    await attempt.request(await login.open())
    return { ...attempt, credentials }
  } catch (error) {
    signal.throwIfAborted()
    return { ...attempt, credentials, error }
  }
}

/** Reports credentials that commands and runs share once, as used in both. */
function merged(tried: readonly Tried[]): Tried[] {
  const isSame = (one: Tried, other: Tried): boolean =>
    one.role === other.role &&
    one.registry === other.registry &&
    one.repository === other.repository &&
    one.credentials === other.credentials
  return tried.flatMap((one) => {
    const twin = tried.find((other) => other.usedIn !== one.usedIn && isSame(one, other))
    if (twin === undefined) return [one]
    return one.usedIn === 'commands' ? [{ ...one, usedIn: 'both' as const }] : []
  })
}

function checkOf(tried: readonly Tried[]): AuthCheck[] {
  const [first] = tried
  if (first === undefined) return []
  const { registry, role, usedIn, credentials } = first
  const failed = tried.filter(({ error }) => error !== undefined)
  const unread = failed.filter(({ error }) => error instanceof UnreadSecret)
  const status = failed.length === 0 ? 'works' : unread.length === failed.length ? 'unchecked' : 'failed'
  return [
    {
      registry,
      role,
      usedIn,
      credentials,
      status,
      repositories: tried.map(({ repository }) => repository),
      failures: failed.map(failureOf),
    },
  ]
}

function failureOf({ repository, error }: Tried): AuthFailure {
  const { name, message } = describeFailure(error)
  return { repository, name, message }
}
