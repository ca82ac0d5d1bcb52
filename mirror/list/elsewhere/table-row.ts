/** Reads rows of the table of aws-ecr-mirror: a source, its destinations, and when it expires. */
import { type ImageRef, InvalidReference, parseReference } from '../../../registry/model/reference.ts'
import type { TableItem } from './fetched.ts'

export interface TableRow {
  /** Its tag is `latest` if it has neither tag nor digest. */
  readonly source: ImageRef
  /** Each with its tag. */
  readonly to: readonly ImageRef[]
  /** Destinations that are not images. */
  readonly unread: readonly string[]
  readonly expires?: Date
}

/** @returns why it cannot be read, if so */
export function readRow({ source: text, destinations, expires }: TableItem): TableRow | string {
  const source = tryReference(text)
  if (source === undefined) return 'its source is not an image'
  const given = destinations.flatMap((value) => value.split(',')).map((one) => one.trim())
  const targets = given.filter((one) => one !== '')
  if (targets.length === 0) return 'it has no destination'
  const read = targets.map((target) => [target, tryReference(target)] as const)
  return {
    source: source.digest === undefined ? withTag(source) : source,
    to: read.flatMap(([, ref]) => (ref === undefined ? [] : [withTag(ref)])),
    unread: read.flatMap(([target, ref]) => (ref === undefined ? [target] : [])),
    ...(expires !== undefined && expires > 0 && { expires: new Date(expires * 1000) }),
  }
}

function withTag(ref: ImageRef): ImageRef {
  return { ...ref, tag: ref.tag ?? 'latest' }
}

function tryReference(text: string): ImageRef | undefined {
  try {
    return parseReference(text.trim().replace(/^docker:\/\//, ''))
  } catch (error) {
    if (error instanceof InvalidReference) return undefined
    throw error
  }
}
