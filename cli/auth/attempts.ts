/** Lists the repositories of a list with each set of credentials that commands and runs use for them. */
import { heldBy } from '../../mirror/diff/held.ts'
import type { List } from '../../mirror/list/config.ts'
import { type Entry, readEntries } from '../../mirror/list/entry.ts'
import { isRegex } from '../../mirror/list/tags/tag-pattern.ts'
import { listTags } from '../../mirror/resolve/list-tags.ts'
import { openTarget, repositoryAt, type Target } from '../../mirror/target.ts'
import { parseEcrHost } from '../../registry/ecr/ecr-host.ts'
import type { RepositoryRef } from '../../registry/model/reference.ts'
import type { Registries, Repository } from '../../registry/model/registry.ts'
import { describeAws, type Login, type LoginContext, loginOfCommands, loginOfRuns } from './login.ts'
import type { AuthCheck } from './schema.ts'

export interface AttemptContext extends LoginContext {
  readonly registries: Pick<Registries, 'open' | 'ecr'>
}

/** One set of credentials for one repository. */
export interface Attempt extends Pick<AuthCheck, 'registry' | 'role' | 'usedIn'> {
  readonly repository: string
  /** The secret that the list names. */
  readonly secret?: string | undefined
  login(): Promise<Login>
  /** Sends a request that the registry refuses without access. */
  request(repository: Repository): Promise<unknown>
}

type Place = Pick<Attempt, 'registry' | 'role' | 'repository' | 'request'>

export function attemptsOf(list: List, context: AttemptContext): Attempt[] {
  const entries = list.images.flatMap((entry) => readEntries(entry, list))
  return unique([
    ...entries.flatMap((entry) => attemptsAtSource(entry, context)),
    ...entries.flatMap((entry) =>
      entry.targets.flatMap((target) => attemptsAtTarget(entry, target, context)),
    ),
  ])
}

/** Several entries may name one repository. */
function unique(attempts: readonly Attempt[]): Attempt[] {
  const keyOf = ({ role, registry, usedIn, repository, secret = '' }: Attempt) =>
    [role, registry, usedIn, repository, secret].join(' ')
  return [...new Map(attempts.map((attempt) => [keyOf(attempt), attempt])).values()]
}

function attemptsAtSource({ ref, select, settings }: Entry, context: AttemptContext): Attempt[] {
  const { signal } = context
  const exact = select.digest ?? select.include.find((pattern) => !isRegex(pattern))
  const place: Place = {
    registry: ref.registry,
    role: 'source',
    repository: ref.repository,
    async request(repository) {
      const head = exact === undefined ? undefined : await repository.headManifest(exact, signal)
      // If the tag is missing, the list of tags shows whether the repository exists.
      return head ?? listTags(repository, signal)
    },
  }
  return inCommandsAndRuns(place, ref, settings.credentials, context)
}

function attemptsAtTarget(
  { repository }: Entry,
  target: Target,
  context: AttemptContext,
): readonly Attempt[] {
  const { registries, signal } = context
  const place: Place = {
    registry: target.id,
    role: 'target',
    repository: repositoryAt(target, repository),
    request: (opened) => heldBy(opened).tagDigests(['latest'], signal),
  }
  if (target.kind === 'region') {
    const login = async (): Promise<Login> => {
      const description = await describeAws(target.region)
      const opened = registries.ecr(target.region, repository)
      const account = await opened.then((one) => parseEcrHost(one.registry)?.account).catch(() => undefined)
      const owner = account === undefined ? '' : `, account ${account}`
      return { description: `${description}${owner}`, open: () => opened }
    }
    return [{ ...place, usedIn: 'both', login }]
  }
  if (target.kind === 'account') {
    const login = async (): Promise<Login> => ({
      description: `${await describeAws(target.region)}${target.role === undefined ? '' : `, as ${target.role}`}`,
      open: () => openTarget(target, repository, { registries, readCredentials: async () => undefined }),
    })
    return [{ ...place, usedIn: 'both', login }]
  }
  return inCommandsAndRuns(place, target, target.credentials, context)
}

function inCommandsAndRuns(
  place: Place,
  { registry, repository }: RepositoryRef,
  secret: string | undefined,
  context: AttemptContext,
): Attempt[] {
  const ref = { registry, repository }
  return [
    { ...place, usedIn: 'commands', login: () => loginOfCommands(ref, context) },
    { ...place, usedIn: 'runs', secret, login: () => loginOfRuns(ref, secret, context) },
  ]
}
