/** Reads lists and images of lists that are in AWS, with the user's AWS credentials. */

import { ErrorName } from '../../mirror/error-name.ts'
import { namedError } from '../../mirror/failure.ts'
import type { List } from '../../mirror/list/config.ts'
import type { ReadPlace } from '../../mirror/list/elsewhere/fetched.ts'
import {
  type ListPlace,
  listPlaceProblem,
  parseListPlace,
  placesOf,
} from '../../mirror/list/elsewhere/place.ts'
import { type Expanded, expandNamespaces, type Namespace } from '../../mirror/list/namespaces/expand.ts'
import { readWhole } from '../../mirror/plan/elsewhere.ts'
import { listRepositories } from '../../registry/ecr/ecr-namespace.ts'
import { clientNetwork } from '../deployed/aws/network.ts'
import { AwsProblem, ask, ENVIRONMENT, missingPermission } from '../deployed/aws/problem.ts'
import { UsageError } from '../program/usage-error.ts'

/**
 * @throws UsageError if the name is invalid; InvalidInput if the place has no complete list; AwsProblem if it cannot be
 * read
 */
export async function readPlaceText(name: string): Promise<string> {
  const problem = listPlaceProblem(name)
  if (problem !== undefined) throw new UsageError(`"${name}" ${problem}`)
  const pieces = await (await openPlaces())(parseListPlace(name), name)
  const texts = pieces.flatMap(({ content }) => ('text' in content ? [content.text] : []))
  const [text, ...more] = texts
  if (text !== undefined && more.length === 0 && pieces.length === 1) return text
  throw namedError(
    ErrorName.InvalidInput,
    `${name} is not a complete list: name one object, or one parameter of the type String`,
  )
}

/**
 * The list with its images from elsewhere and the repositories of its namespaces, as a run has it.
 * @throws InvalidInput if a place has no list; AwsProblem if AWS cannot be read
 */
export async function readRunList(list: List, account?: string): Promise<Expanded> {
  const read = placesOf(list).length === 0 ? unread : await openPlaces(list.home ?? list.regions[0])
  const whole = await readWhole({ list, account }, { read, now: new Date() })
  return expandNamespaces(whole.list, account, listNamespace)
}

/** @throws the SDK's error if a permission is missing, which only this namespace needs; AwsProblem for others */
async function listNamespace(namespace: Namespace): Promise<readonly string[]> {
  try {
    return await ask('ecr:DescribeRepositories', listRepositories(namespace), undefined, ENVIRONMENT)
  } catch (error) {
    throw error instanceof AwsProblem && error.permission !== undefined ? error.cause : error
  }
}

/** The permission that reading needs. */
const PERMISSIONS: Readonly<Record<ListPlace['kind'], string>> = {
  object: 's3:GetObject',
  parameter: 'ssm:GetParameter',
  path: 'ssm:GetParametersByPath',
  table: 'dynamodb:Scan',
}

const unread: ReadPlace = async () => []

/** Loads the AWS SDK, which most lists do not need. @param region - of parameters and tables. @default - the SDK's */
async function openPlaces(region?: string): Promise<ReadPlace> {
  const places = await import('../../store/lists/read-place.ts')
  const read = places.openPlaces({ ...clientNetwork(), ...(region === undefined ? {} : { region }) })
  return (place, name) => {
    const action = PERMISSIONS[place.kind]
    const pieces = read(place, name).catch((error: unknown) => {
      throw unreadable(error, { name, action })
    })
    return ask(action, pieces, undefined, ENVIRONMENT)
  }
}

/** An answer of AWS to the user. The store words it for the roles of the deployed mirror. */
function unreadable(
  error: unknown,
  { name, action }: { readonly name: string; readonly action: string },
): unknown {
  if (!(error instanceof Error) || error.name !== ErrorName.InvalidInput || error.cause === undefined)
    return error
  const { cause, message } = error
  const permission = missingPermission(cause, action)
  if (permission === undefined) return new AwsProblem(message, { cause })
  // S3 answers the same for a missing object to callers without ListBucket.
  const missing = action === PERMISSIONS.object ? ', or the object does not exist' : ''
  return new AwsProblem(
    `${name} may not be read: the AWS credentials lack the permission ${permission}${missing}.`,
    { cause, permission },
  )
}
