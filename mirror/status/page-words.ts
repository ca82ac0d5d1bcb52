/** Words of the status page, and the order of states, worst first. */
import { html } from '../page/html.ts'
import type { Place } from './schema.ts'

export const WORDS: Readonly<Record<Place['state'], string>> = {
  failed: 'failed',
  deferred: 'deferred',
  inSync: 'in sync',
}
export const STATES = ['failed', 'deferred', 'inSync'] as const

/** A link that works on the served page and beside a downloaded one. */
export const REST = html`<a href="status.json">status.json</a>`
