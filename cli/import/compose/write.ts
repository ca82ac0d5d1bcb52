/** Writes a list as YAML, with comments at the places that they are about. */
import { Document, isMap, isNode, isSeq } from 'yaml'
import type { List, ListProps } from '../../../mirror/list/config.ts'
import { wrap } from '../../terminal/words.ts'
import { plainText } from '../read/text.ts'
import { isEntry, type Row } from './entries.ts'
import type { Head } from './head.ts'

const WIDTH = 100
/** The order that people know from the reference. */
const KEYS = [
  'source',
  'to',
  'repository',
  'regions',
  'targets',
  'tags',
  'platforms',
  'as',
  'artifacts',
  'schedule',
  'expires',
]

/** @param rows - the list's images in order, and between them what is left out */
export function writeList(
  list: ListProps & Pick<List, 'images'>,
  rows: readonly Row[],
  { notes, hints, comments }: Head,
): string {
  const images = list.images.map((image) =>
    typeof image === 'string'
      ? image
      : Object.fromEntries(
          KEYS.flatMap((key) => (Object.hasOwn(image, key) ? [[key, image[key as keyof typeof image]]] : [])),
        ),
  )
  const document = new Document({ ...list, images })
  document.commentBefore = commentOf([...comments, ...hints, ...notes.map(({ text }) => `- ${text}`)])
  const sequence = document.get('images')
  if (!isSeq(sequence)) throw new Error('the list has no images')
  let leftOut: string[] = []
  let index = 0
  for (const row of rows) {
    if (!isEntry(row)) {
      leftOut.push(row.skipped)
      continue
    }
    const node = sequence.items[index++]
    const own = commentOf([...row.comments, ...row.notes])
    // An empty line keeps them apart from the entries around them.
    const comment = leftOut.length === 0 ? own : `${commentOf(leftOut)}\n${own === '' ? '' : `\n${own}`}`
    if (isNode(node) && comment !== '') node.commentBefore = comment
    if (isNode(node) && leftOut.length > 0 && index > 1) node.spaceBefore = true
    leftOut = []
    if (isMap(node)) flowShort(node)
  }
  const regions = document.get('regions')
  if (isSeq(regions)) regions.flow = true
  if (leftOut.length > 0) sequence.comment = `\n${commentOf(leftOut)}`
  return document.toString({ lineWidth: 0, singleQuote: true, flowCollectionPadding: false })
}

/** Lists of names fit on one line; patterns stay on lines of their own. */
function flowShort(image: { get(key: string): unknown }): void {
  for (const key of ['regions', 'targets', 'platforms', 'to']) {
    const value = image.get(key)
    if (isSeq(value)) value.flow = true
  }
}

/** Foreign text cannot leave its comment. */
function commentOf(texts: readonly string[]): string {
  return texts.flatMap((text) => wrap(plainText(text), WIDTH).map((line) => ` ${line}`)).join('\n')
}
