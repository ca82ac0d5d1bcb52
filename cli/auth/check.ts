/** Tries the credentials of every registry of a list on its repositories. Nothing is written. */
import pMap from 'p-map'
import { heldBy } from '../../mirror/diff/held.ts'
import { describeFailure } from '../../mirror/failure.ts'
import type { List } from '../../mirror/list/config.ts'
import { type Entry, readEntries } from '../../mirror/list/entry.ts'
import { listTags } from '../../mirror/resolve/list-tags.ts'
import { repositoryAt, type Target } from '../../mirror/target.ts'
import { parseEcrHost } from '../../registry/ecr/ecr-host.ts'
import type { Registries, Repository } from '../../registry/model/registry.ts'
import type { AuthCheck, AuthFailure } from './document.ts'
import {
  describeAws,
  type Login,
  type LoginContext,
  loginOfCommands,
  loginOfRuns,
  UnreadSecret,
} from './login.ts'

const PARALLEL_REPOSITORIES = 8

export interface CheckContext extends LoginContext {
  readonly registries: Pick<Registries, 'open' | 'ecr'>
}

/** One set of credentials, tried on one repository. */
interface Attempt extends Pick<AuthCheck, 'registry' | 'role' | 'usedIn'> {
  readonly repository: string
  login(): Promise<Login>
  ask(repository: Repository): Promise<unknown>
}

type Tried = Attempt & {
  readonly credentials: string
  readonly error?: unknown
}

export async function checkCredentials(list: List, context: CheckContext): Promise<AuthCheck[]> {
  const entries = list.images.flatMap((entry) => readEntries(entry, list))
  const attempts = [
    ...entries.flatMap((entry) => attemptsAtSource(entry, context)),
    ...entries.flatMap((entry) =>
      entry.targets.flatMap((target) => attemptsAtTarget(entry, target, context)),
    ),
  ]
  const tried = await pMap(unique(attempts), (attempt) => attemptAt(attempt, context.signal), {
    concurrency: PARALLEL_REPOSITORIES,
  })
  const groups = Map.groupBy(merged(tried), ({ role, registry, usedIn, credentials }) =>
    [role, registry, usedIn, credentials].join(' '),
  )
  return [...groups.values()].flatMap(checkOf)
}

function attemptsAtSource({ ref, select, settings }: Entry, context: CheckContext): Attempt[] {
  const [tag] = select.include
  const { signal } = context
  const common = {
    registry: ref.registry,
    role: 'source',
    repository: ref.repository,
    async ask(repository: Repository) {
      const exact = select.digest ?? tag
      const head = exact?.startsWith('/') === false ? await repository.headManifest(exact, signal) : undefined
      // Without a tag that is there, only the list of tags tells a repository from none.
      return head ?? listTags(repository, signal)
    },
  } as const
  return [
    { ...common, usedIn: 'commands', login: () => loginOfCommands(ref, context) },
    { ...common, usedIn: 'runs', login: () => loginOfRuns(ref, settings.credentials, context) },
  ]
}

function attemptsAtTarget({ repository }: Entry, target: Target, context: CheckContext): Attempt[] {
  const { registries, signal } = context
  const common = {
    registry: target.id,
    role: 'target',
    repository: repositoryAt(target, repository),
    ask: (opened: Repository) => heldBy(opened).tagDigests(['latest'], signal),
  } as const
  if (target.kind === 'region') {
    const login = async (): Promise<Login> => {
      const description = await describeAws(target.region)
      const opened = registries.ecr(target.region, repository)
      const account = await opened.then((one) => parseEcrHost(one.registry)?.account).catch(() => undefined)
      const whose = account === undefined ? '' : `, account ${account}`
      return { description: `${description}${whose}`, open: () => opened }
    }
    return [{ ...common, usedIn: 'both', login }]
  }
  if (target.kind === 'account') {
    const login = async (): Promise<Login> => ({
      description: `${await describeAws(target.region)}, as ${target.role}`,
      open: () => registries.ecr(target.region, repository, target),
    })
    return [{ ...common, usedIn: 'both', login }]
  }
  const ref = { registry: target.registry, repository: target.repository }
  return [
    { ...common, usedIn: 'commands', login: () => loginOfCommands(ref, context) },
    { ...common, usedIn: 'runs', login: () => loginOfRuns(ref, target.credentials, context) },
  ]
}

/** Several entries may name one repository. */
function unique(attempts: readonly Attempt[]): Attempt[] {
  const keyOf = ({ role, registry, usedIn, repository }: Attempt) =>
    [role, registry, usedIn, repository].join(' ')
  return [...new Map(attempts.map((attempt) => [keyOf(attempt), attempt])).values()]
}

async function attemptAt(attempt: Attempt, signal: AbortSignal): Promise<Tried> {
  let credentials = 'stored credentials that cannot be read'
  try {
    const login = await attempt.login()
    credentials = login.description
    await attempt.ask(await login.open())
    return { ...attempt, credentials }
  } catch (error) {
    signal.throwIfAborted()
    return { ...attempt, credentials, error }
  }
}

/** Credentials that commands and runs share are told once. */
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
