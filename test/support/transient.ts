// Transient faults: the registry serves the same request well when it is repeated.
import { type Action, answer, refuse, reset } from './actions.ts'

/** Possible at any request. */
export const TRANSIENT: [Action, ...Action[]] = [
  refuse(429, 'TOOMANYREQUESTS', 'slow down', { 'retry-after': '2' }),
  refuse(429, 'TOOMANYREQUESTS', 'slow down'),
  refuse(503, 'UNAVAILABLE', 'later', { 'retry-after': '1' }),
  answer(500),
  answer(502, { 'content-type': 'text/html' }, '<html>bad gateway</html>'),
  answer(504),
  reset,
]
