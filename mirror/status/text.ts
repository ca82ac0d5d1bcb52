/**
 * The text of `status.json`: a JSON document with one image per line, so that a mirror of any size is written and read
 * image by image.
 */
import { type ImageStatus, imageStatusSchema, type Place, type Status, statusSchema } from './schema.ts'

/** S3 and Report's memory have room for more. */
const MAX_CHARACTERS = 150_000_000
const START = ',"images":['
const END = ']}'

/** @param room - characters; the tags of images that do not fit are left out */
export async function* statusText(
  { images, ...head }: Status,
  room = MAX_CHARACTERS,
): AsyncGenerator<string> {
  yield `${JSON.stringify(head).slice(0, -1)}${START}\n`
  let left = room
  for (const [index, image] of images.entries()) {
    const text = JSON.stringify(image)
    left -= text.length
    yield `${index === 0 ? '' : ',\n'}${left > 0 ? text : JSON.stringify(withoutTags(image))}`
  }
  yield `\n${END}\n`
}

function withoutTags({ tags, more = 0, places, ...image }: ImageStatus): ImageStatus {
  const bare = places.map(({ tags: _, ...place }): Place => place)
  return { ...image, tags: {}, more: more + Object.keys(tags).length, places: bare }
}

/** `problem` is why the text is not the state of a mirror. */
export type StatusRead = { readonly status: Status } | { readonly problem: unknown }

/** @throws if reading the lines fails; invalid content is a `problem` instead */
export async function readStatusText(lines: AsyncIterable<string>): Promise<StatusRead> {
  const reading = startReading()
  for await (const line of lines) reading.add(line)
  return reading.end()
}

function startReading() {
  const compact = compactor()
  const images: ImageStatus[] = []
  /** The lines of a document in another layout. */
  const other: string[] = []
  let head: unknown
  let ended = false
  let failed: { readonly problem: unknown } | undefined

  function take(line: string): void {
    if (head === undefined && (other.length > 0 || !line.endsWith(START))) other.push(line)
    else if (head === undefined) head = JSON.parse(`${line}${END}`)
    else if (line === END) ended = true
    else if (line !== '') images.push(compact(imageStatusSchema.parse(JSON.parse(line.replace(/,$/, '')))))
  }

  function whole(): Status {
    const status = statusSchema.parse(head ?? JSON.parse(other.join('\n')))
    if (head === undefined) return { ...status, images: status.images.map(compact) }
    if (!ended) throw new Error('its end is missing')
    return { ...status, images }
  }

  function orProblem<T>(work: () => T): T | undefined {
    try {
      if (failed === undefined) return work()
    } catch (problem) {
      failed = { problem }
    }
    return undefined
  }

  return {
    add: (line: string) => orProblem(() => take(line)),
    end(): StatusRead {
      const status = orProblem(whole)
      return status === undefined ? { problem: failed?.problem } : { status }
    },
  }
}

/** Shares equal strings between places: 300,000 places have few different targets and times. */
function compactor(): (image: ImageStatus) => ImageStatus {
  const strings = new Map<string, string>()
  const one = (text: string): string => {
    const known = strings.get(text)
    if (known === undefined) strings.set(text, text)
    return known ?? text
  }
  const compact = (part: Record<string, unknown>): void => {
    for (const [key, value] of Object.entries(part)) {
      if (typeof value === 'string') part[key] = one(value)
      else if (typeof value === 'object' && value !== null && key !== 'tags') compact(value as typeof part)
    }
  }
  return (image) => {
    for (const place of image.places) compact(place)
    return image
  }
}
