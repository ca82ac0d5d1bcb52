// Bearer authentication with a token server at the registry's own origin.
import { CANARY } from '../../support/canary.ts'
import { basicOf } from '../../support/token-auth.ts'
import { type Answer, answerOf, type Question } from './wire.ts'

/** @returns the response to a request without a token or to a token request; undefined for all others */
export function createGate(): (question: Question) => Answer | undefined {
  let given = 0
  return ({ path, headers }) => {
    const { authorization = '', host } = headers
    if (path === '/token') {
      if (authorization !== basicOf(CANARY)) return answerOf(401, '{"details":"incorrect password"}')
      return json(200, { token: `token-${given++}`, expires_in: 300 })
    }
    if (authorization.startsWith('Bearer token-')) return undefined
    const challenge = `Bearer realm="http://${host}/token",service="fuzz"`
    const body = { errors: [{ code: 'UNAUTHORIZED', message: 'authentication required' }] }
    return json(401, body, { 'www-authenticate': challenge })
  }
}

export function json(
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
  type = 'application/json',
): Answer {
  return answerOf(status, JSON.stringify(body), { 'content-type': type, ...headers })
}

export function missing(code: string): Answer {
  return json(404, { errors: [{ code, message: 'not there' }] })
}
