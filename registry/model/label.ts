/**
 * Formats requests and foreign text for messages: on one line, bounded in length, without secrets and terminal escapes.
 */

const MAX_PATH = 400
/** Control and format characters (escapes, text direction, zero width), line ends and runs of spaces. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu
const URLS = /https?:\/\/[^\s"'<>]*/gi

/** `GET https://host/v2/…`, without the query, which may hold a presigned URL's signature or an upload's token. */
export function label(method: string, url: URL): string {
  return `${method} ${url.protocol}//${url.host}${cut(url.pathname, MAX_PATH)}`
}

/** Text of a server on one line, with the queries of its URLs removed. */
export function quote(text: string, limit = 300): string {
  // Truncated first, so that the cost of the rest does not depend on the length of a server's text.
  const line = printable(text, 4 * limit).replaceAll(URLS, (url) => withoutQuery(url))
  return cut(line, limit)
}

/** The text on one line, without characters that could mislead a terminal or a reader. */
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
  // The limit may fall inside a surrogate pair.
  return (text.length > limit ? `${text.slice(0, limit)}…` : text).toWellFormed()
}
