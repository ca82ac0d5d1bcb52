/** Reads lists in Systems Manager Parameter Store: one parameter, or all below a path. */
import {
  GetParameterCommand,
  type Parameter,
  paginateGetParametersByPath,
  SSMClient,
  type SSMClientConfig,
} from '@aws-sdk/client-ssm'
import type { Fetched } from '../../mirror/list/elsewhere/fetched.ts'
import type { ListPlace } from '../../mirror/list/elsewhere/place.ts'
import { sdkProxy } from '../../registry/http/proxy.ts'
import { placeRefusal, refusedPlace } from './refusals.ts'

type ParameterPlace = Extract<ListPlace, { kind: 'parameter' | 'path' }>

/** @throws InvalidInput if a parameter is missing, encrypted, or may not be read */
export async function readParameters(
  place: ParameterPlace,
  name: string,
  config: SSMClientConfig = {},
): Promise<Fetched[]> {
  const client = new SSMClient({ ...sdkProxy(), ...config })
  try {
    if (place.kind === 'path') return await belowPath(client, place.path, name)
    const { Parameter: found } = await client.send(new GetParameterCommand({ Name: place.name }))
    return found === undefined ? [] : [pieceOf(found, name)]
  } catch (error) {
    throw placeRefusal(name, error, {
      missing: 'ParameterNotFound',
      action: `ssm:GetParameter${place.kind === 'path' ? 'sByPath' : ''}`,
    })
  } finally {
    client.destroy()
  }
}

/** Each parameter is a piece, in the order of their names. */
async function belowPath(client: SSMClient, path: string, name: string): Promise<Fetched[]> {
  const found: Parameter[] = []
  const pages = paginateGetParametersByPath({ client }, { Path: path, Recursive: true })
  for await (const { Parameters = [] } of pages) found.push(...Parameters)
  if (found.length === 0) throw refusedPlace(name, 'has no parameters below it: check the path')
  return found
    .map((parameter) => pieceOf(parameter, `ssm:${parameter.Name}`))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}

function pieceOf({ Type, Value = '', Version }: Parameter, name: string): Fetched {
  if (Type === 'SecureString') {
    throw refusedPlace(
      name,
      'is a SecureString, and a list is no secret: store it as a String, so that no role needs a key for it',
    )
  }
  const content = Type === 'StringList' ? { references: Value.split(',') } : { text: Value }
  return { name, ...(Version === undefined ? {} : { version: String(Version) }), content }
}
