// A listener where no credentials must ever arrive, and what it looks for in everything that does.
import type { Credentials } from '../../registry/model/registry.ts'
import { type Recorder, record } from './recorder.ts'

export const CANARY: Credentials = { username: 'canary', password: 'canary-password' }
/** In the clear, as Basic has it, and as the tokens of a test's registry look. */
const SECRETS = /canary-password|Y2FuYXJ5|token-\d/

/**
 * Answers everything with something that a client may want to go on with; `/challenge` asks who is there, and
 * `/home?…` sends back to where the query says.
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

/** Requests that carried something secret, as text. */
export function stolen(canaries: readonly Pick<Recorder, 'seen'>[]): string[] {
  const requests = canaries.flatMap(({ seen }) =>
    seen.map(({ path, headers }) => JSON.stringify([path, headers])),
  )
  return requests.filter((request) => SECRETS.test(request))
}
