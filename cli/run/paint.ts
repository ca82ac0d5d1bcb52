/** Colours for pair states. styleText respects NO_COLOR and terminals without colours. */
import { styleText } from 'node:util'
import type { PairState } from '../../local/stepfunctions/progress.ts'
import type { Canvas } from './matrix.ts'

const COLOURS = {
  waiting: 'dim',
  resolving: 'cyan',
  checking: 'cyan',
  syncing: 'blue',
  'backing off': 'yellow',
  interrupted: 'dim',
  inSync: 'green',
  synced: 'green',
  stale: 'yellow',
  missing: 'yellow',
  deferred: 'yellow',
  failed: 'red',
} as const satisfies Record<PairState, string>

export function paintFor(stream: NodeJS.WritableStream): NonNullable<Canvas['paint']> {
  return (text, state) => styleText(COLOURS[state], text, { stream })
}
