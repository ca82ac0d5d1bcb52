/**
 * How requests and foreign text appear in messages: enough to recognize them, on one line, of a bounded length, and
 * nothing that is secret or that a terminal would obey.
 */

const MAX_PATH = 400
/** Control and format characters (escapes, directions of writing, zero widths), line ends and runs of spaces. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu
const URLS = /https?:\/\/[^\s"'<>]*/gi

/** `GET https://host/v2/…`: without query, which may be a presigned URL's signature or an upload's token. */
export function label(method: string, url: URL): string {
  return `${method} ${url.protocol}//${url.host}${cut(url.pathname, MAX_PATH)}`
}

/** Text of a server, fit for a message: on one line, and without the queries of the URLs in it. */
export function quote(text: string, limit = 300): string {
  // Cut first: what is done to the text afterwards must not depend on how much a server sends.
  const line = printable(text, 4 * limit).replaceAll(URLS, (url) => withoutQuery(url))
  return cut(line, limit)
}

/** The same text on one line, without characters that a terminal or a reader would be misled by. */
export function printable(text: string, limit: number): string {
  return cut(
    text
      .slice(0, 2 * limit)
      .replaceAll(UNPRINTABLE, ' ')
      .trim(),
    limit,
  )
}

function withoutQuery(url: string): string {
  const query = url.indexOf('?')
  return query < 0 ? url : `${url.slice(0, query)}?…`
}

function cut(text: string, limit: number): string {
  // A cut may fall between the two halves of a character.
  return (text.length > limit ? `${text.slice(0, limit)}…` : text).toWellFormed()
}
