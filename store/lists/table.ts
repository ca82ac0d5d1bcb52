/** Reads the table of aws-ecr-mirror in DynamoDB as it is. https://github.com/cuppett/aws-ecr-mirror */
import { DynamoDBClient, type DynamoDBClientConfig, paginateScan } from '@aws-sdk/client-dynamodb'
import { unmarshall } from '@aws-sdk/util-dynamodb'
import type { Fetched, TableItem } from '../../mirror/list/elsewhere/fetched.ts'
import { sdkProxy } from '../../registry/http/proxy.ts'
import { placeRefusal, refusedPlace } from './refusals.ts'

/** @throws InvalidInput if the table is missing, may not be read, or has other items */
export async function readTable(
  TableName: string,
  name: string,
  config: DynamoDBClientConfig = {},
): Promise<Fetched[]> {
  const client = new DynamoDBClient({ ...sdkProxy(), ...config })
  const items: TableItem[] = []
  try {
    // A page has at most 1 MB.
    for await (const { Items = [] } of paginateScan({ client }, { TableName, ConsistentRead: true })) {
      for (const item of Items) items.push(itemOf(unmarshall(item, { wrapNumbers: true }), name))
    }
    return [{ name, content: { items } }]
  } catch (error) {
    throw placeRefusal(name, error, { missing: 'ResourceNotFoundException', action: 'dynamodb:Scan' })
  } finally {
    client.destroy()
  }
}

function itemOf({ Source, Destination, Expires }: Record<string, unknown>, name: string): TableItem {
  if (typeof Source !== 'string') {
    throw refusedPlace(name, 'has an item without the text "Source": it must be the table of aws-ecr-mirror')
  }
  const expires = secondsOf(Expires)
  return { source: Source, destinations: textsOf(Destination), ...(expires === undefined ? {} : { expires }) }
}

/** Text with commas, a set or a list. */
function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  const values: readonly unknown[] = value instanceof Set || Array.isArray(value) ? [...value] : []
  return values.filter((one) => typeof one === 'string')
}

/** A number, as DynamoDB's time to live demands, with `wrapNumbers`; other values never expire there. */
function secondsOf(value: unknown): number | undefined {
  const number = typeof value === 'object' && value !== null && 'value' in value ? Number(value.value) : NaN
  return Number.isFinite(number) ? number : undefined
}
