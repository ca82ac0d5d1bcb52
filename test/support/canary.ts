// A listener that must never receive credentials, and a pattern that finds them in requests.
import type { Credentials } from '../../registry/model/registry.ts'
import { type Recorder, record } from './recorder.ts'

export const CANARY: Credentials = { username: 'canary', password: 'canary-password' }
/** The password in plain text and as Basic, and the tokens of the test registry. */
const SECRETS = /canary-password|Y2FuYXJ5|token-\d/

/**
 * Responds to each request with something that a client can continue with. `/challenge` sends a challenge, and `/home?…`
 * redirects to the URL in the query.
 */
export function canary(): Recorder {
  return record((request, response) => {
    request.resume()
    const url = new URL(request.url ?? '/', 'http://canary')
    if (url.pathname === '/challenge') {
      const challenges = [`Basic realm="canary"`, `Bearer realm="https://${request.headers.host}/token"`]
      response.writeHead(401, { 'www-authenticate': challenges })
    } else if (url.pathname === '/home') {
      response.writeHead(307, { location: decodeURIComponent(url.search.slice(1)) })
    } else response.writeHead(200, { 'content-type': 'application/json' })
    response.end(request.method === 'HEAD' ? undefined : '{"token":"t","tags":["x"],"manifests":[]}')
  })
}

/** The requests that contained a secret, as text. */
export function stolen(canaries: readonly Pick<Recorder, 'seen'>[]): string[] {
  const requests = canaries.flatMap(({ seen }) =>
    seen.map(({ path, headers }) => JSON.stringify([path, headers])),
  )
  return requests.filter((request) => SECRETS.test(request))
}
