/**
 * Tables of DynamoDB over a YAML file, name -> plain items, which is read on every call so that edits take effect:
 *
 *     mirror:
 *       - {Source: docker.io/library/redis:7.4, Destination: 123456789012.dkr.ecr.us-east-1.amazonaws.com/redis:7.4}
 *
 * A list of texts is a set. Items are returned after their time to live too, as DynamoDB does for days.
 */
import { parse } from 'yaml'
import { z } from 'zod'
import { arnOf } from './arn.ts'
import { AwsError, type Service } from './aws-json.ts'
import { readIfThere } from './registry/store/files.ts'

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Scan.html */
const MAX_PAGE_BYTES = 1024 * 1024
const MAX_ITEM_BYTES = 400 * 1024

const itemSchema = z.record(
  z.string(),
  z.union([z.string(), z.number(), z.boolean(), z.array(z.string()).min(1)]),
)
const fileSchema = z.record(z.string(), z.array(itemSchema))
const scanSchema = z.strictObject({
  TableName: z.string().regex(/^[a-zA-Z0-9_.-]{3,255}$/),
  ConsistentRead: z.boolean().optional(),
  ExclusiveStartKey: z.object({ Source: z.object({ S: z.string() }) }).optional(),
  Limit: z.int().min(1).optional(),
})

/** @param file - undefined for no tables */
export function dynamodb(account: string, file: string | undefined): Service {
  /** The key of a table is `Source`. Pages end after 1 MB. */
  async function scan(input: unknown) {
    const read = scanSchema.safeParse(input)
    if (!read.success) throw new AwsError('ValidationException', z.prettifyError(read.error))
    const { TableName, ExclusiveStartKey, Limit = Number.POSITIVE_INFINITY } = read.data
    const items = new Map(Object.entries(await tablesIn(file))).get(TableName)
    if (items === undefined) throw new AwsError('ResourceNotFoundException', 'Requested resource not found')
    const keys = new Set(items.map(({ Source }) => Source))
    if (keys.size < items.length)
      throw new Error(`two items of ${TableName} have the same Source, which is its key`)
    const start = ExclusiveStartKey?.Source.S
    const after = start === undefined ? 0 : items.findIndex(({ Source }) => Source === start) + 1
    let bytes = 0
    const page = items.slice(after).filter((item, index) => {
      const size = Buffer.byteLength(JSON.stringify(item))
      if (size > MAX_ITEM_BYTES)
        throw new Error(`an item of ${TableName} has more than ${MAX_ITEM_BYTES} bytes`)
      bytes += size
      return index < Limit && bytes <= MAX_PAGE_BYTES
    })
    const last = page.at(-1)
    return {
      Count: page.length,
      ScannedCount: page.length,
      Items: page.map(marshalled),
      ...(last !== undefined && after + page.length < items.length
        ? { LastEvaluatedKey: { Source: { S: String(last.Source) } } }
        : {}),
    }
  }

  return {
    name: 'dynamodb',
    target: 'DynamoDB_20120810',
    resourceOf(input, { region }) {
      const table = z.object({ TableName: z.string() }).safeParse(input).data?.TableName
      return table === undefined ? '*' : arnOf('dynamodb', region, account, `table/${table}`)
    },
    async answer(action, input) {
      if (action === 'Scan') return scan(input)
      throw new AwsError('UnknownOperationException', `${action} is not part of the embedded DynamoDB`)
    },
  }
}

function marshalled(item: z.infer<typeof itemSchema>) {
  return Object.fromEntries(
    Object.entries(item).map(([key, value]) => [
      key,
      Array.isArray(value)
        ? { SS: value }
        : typeof value === 'number'
          ? { N: String(value) }
          : typeof value === 'boolean'
            ? { BOOL: value }
            : { S: value },
    ]),
  )
}

async function tablesIn(file: string | undefined): Promise<z.infer<typeof fileSchema>> {
  const bytes = file === undefined ? undefined : await readIfThere(file)
  return bytes === undefined ? {} : fileSchema.parse(parse(bytes.toString()) ?? {})
}
