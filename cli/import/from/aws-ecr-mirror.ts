/** Imports an export of aws-ecr-mirror's table: `aws dynamodb scan`, an export to S3, or plain items. */
import { readRow } from '../../../mirror/list/elsewhere/table-row.ts'
import type { Found, FoundImage, Note, Skipped } from '../found.ts'
import type { Node, Reader } from '../read/node.ts'
import { quotedText } from '../read/text.ts'
import { unknownKeys } from '../read/unknown-keys.ts'

const KEYS = ['Source', 'Destination', 'Expires']

export function fromAwsEcrMirror(root: Node, reader: Reader, { now }: { readonly now: Date }): Found {
  const items = root.list ?? reader.get(root, 'Items')?.list ?? [root]
  const isPartial = ['LastEvaluatedKey', 'NextToken'].some((key) => reader.get(root, key) !== undefined)
  const notes: Note[] = isPartial
    ? [{ line: root.line, text: 'the export is only a part of the table: there are further pages' }]
    : []
  return { images: items.map((item) => imageOf(reader.get(item, 'Item') ?? item, reader, now)), notes }
}

function imageOf(item: Node, reader: Reader, now: Date): FoundImage | Skipped {
  const { line } = item
  const [text = ''] = valuesOf(reader.get(item, 'Source'), reader)
  const skip = (why: string): Skipped => ({ line, skipped: `${quotedText(text)} is not imported: ${why}` })
  const [expiry] = valuesOf(reader.get(item, 'Expires'), reader)
  const seconds = secondsOf(expiry)
  const row = readRow({
    source: text,
    destinations: valuesOf(reader.get(item, 'Destination'), reader),
    ...(seconds === undefined ? {} : { expires: seconds }),
  })
  if (typeof row === 'string') return skip(row)
  const { source, to, unread, expires } = row
  if (expires !== undefined && expires <= now) return skip(`it has expired on ${dayOf(expires)}`)
  return {
    line,
    source,
    tag: source.tag,
    digest: source.digest,
    to,
    ...(expires === undefined ? {} : { settings: { expires: dayOf(expires) } }),
    notes: [
      ...unread.map((target) => `the destination ${quotedText(target)} is not an image`),
      ...(expiry === undefined || seconds !== undefined
        ? []
        : [`"Expires" is ${quotedText(expiry)}, and not a number of seconds`]),
      ...unknownKeys(item, KEYS),
    ],
  }
}

/** A value as DynamoDB writes it, `{"S": "…"}`, `{"SS": […]}`, `{"L": [{"S": …}]}`, or a plain one. */
function valuesOf(node: Node | undefined, reader: Reader, depth = 0): string[] {
  if (node === undefined || depth > 2) return []
  if (node.text !== undefined) return [node.text]
  const inner = ['S', 'N', 'SS', 'L']
    .map((type) => reader.get(node, type))
    .find((value) => value !== undefined)
  return (node.list ?? inner?.list ?? (inner ? [inner] : [])).flatMap((value) =>
    valuesOf(value, reader, depth + 1),
  )
}

/** Seconds since 1970. */
function secondsOf(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,11}(?:\.\d{1,9})?$/.test(text) ? Number(text) : undefined
}

function dayOf(date: Date): string {
  return date.toISOString().slice(0, 10)
}
