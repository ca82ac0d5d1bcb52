/** Reads the list that is deployed, from the asset that the Plan function reads, and the places that it names. */
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3'
import type { List } from '../../../mirror/list/config.ts'
import { listOf } from '../../../mirror/list/parse-list.ts'
import { readWhole } from '../../../mirror/plan/elsewhere.ts'
import { openPlaces } from '../../../store/lists/read-place.ts'
import type { ClientConfig, Mirror } from '../aws/mirror.ts'
import { AwsProblem } from '../aws/problem.ts'
import { using } from './context.ts'
import type { StackContent } from './stack-content.ts'

/** @throws AwsProblem if it cannot be read; InvalidInput if another version wrote it */
export async function readDeployedList(stack: StackContent, { config, ask }: Mirror): Promise<List> {
  const url = stack
    .resources('AWS::Lambda::Function')
    .map(({ properties }) => urlIn(properties))
    .find((value) => value !== undefined)
  if (url === undefined) throw new AwsProblem(`The stack ${stack.name} has no function that reads a list.`)
  const [, Bucket = '', Key = ''] = /^s3:\/\/([^/]+)\/(.+)$/s.exec(String(stack.resolve(url))) ?? []
  const text = await using(new S3Client(config), async (client) => {
    const request = client.send(new GetObjectCommand({ Bucket, Key }))
    const { Body } = await ask('s3:GetObject', request)
    return (await Body?.transformToString()) ?? ''
  })
  return listOf(JSON.parse(text), `s3://${Bucket}/${Key}`)
}

/** Adds the images from elsewhere, read with the user's credentials. @throws InvalidInput if a place is broken */
export async function readWholeList(
  deployed: List,
  { account }: Mirror,
  { config, now }: { readonly config: ClientConfig; readonly now: Date },
): Promise<List> {
  const read = openPlaces({ ...config })
  const { list } = await readWhole({ list: deployed, account }, { read, now })
  return list
}

function urlIn(properties: Readonly<Record<string, unknown>>): unknown {
  const { Environment } = properties as { Environment?: { Variables?: { LIST_URL?: unknown } } }
  return Environment?.Variables?.LIST_URL
}
