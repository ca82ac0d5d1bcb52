/** How a request is named in messages: enough to find it again, nothing that is secret. */

/** `GET https://host/v2/…`: without query, which may be a presigned URL's signature or an upload's token. */
export function label(method: string, url: URL): string {
  return `${method} ${url.protocol}//${url.host}${url.pathname}`
}

/** Text of a server, fit for a message: short, on one line, and without the queries of the URLs in it. */
export function quote(text: string, limit = 300): string {
  const line = text
    .replaceAll(/[\p{Cc}\s]+/gu, ' ')
    .replaceAll(/(https?:\/\/[^\s"'<>?]+)\?[^\s"'<>]*/g, '$1?…')
    .trim()
  return line.length > limit ? `${line.slice(0, limit)}…` : line
}
