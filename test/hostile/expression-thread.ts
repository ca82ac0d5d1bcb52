// Attacks a regular expression with repeated parts of matching text, and an unexpected end.
import { parentPort } from 'node:worker_threads'

export interface Expression {
  readonly source: string
  readonly flags: string
}

const FIRST_LENGTH = 8_192
/** Quadratic time would take a hundred billion steps. */
const LAST_LENGTH = 524_288
const WORST = 4
const ATOM =
  /\\[pPu]\{[^}]*\}|\\u[0-9a-fA-F]{4}|\\x[0-9a-fA-F]{2}|\\.|\[(?:\\.|[^\]\\])*\]|\(\?<?[:=!]|\(\?<\w+>|\{\d+,?\d*\}\??|./gs
const STRUCTURE = /^(?:\(.*|[)|^$*+?]|\{\d.*|\\[bB])$/s
const SAMPLES = [
  ...'a1 -/."\n%=<>,;:_A~µ\0\x7f\u2028\u200b',
  '\\',
  "'",
  '[',
  ']',
  '{',
  '}',
  '$',
  '?',
  '&',
  '#',
  '+',
  '*',
]
/** Characters that match nothing, and characters that exclusions match. */
const ENDS = ['\u0001', SAMPLES.join('')]

parentPort?.on('message', (expression: Expression) => {
  attack(expression)
  parentPort?.postMessage('done')
})

function attack({ source, flags }: Expression): void {
  const expression = new RegExp(source, flags)
  const slowest = pumpsOf(expression)
    .map((pump) => ({ pump, ms: timeOf(expression, inputOf(pump, FIRST_LENGTH)) }))
    .sort((one, other) => other.ms - one.ms)
  for (const { pump } of slowest.slice(0, WORST)) timeOf(expression, inputOf(pump, LAST_LENGTH))
}

interface Pump {
  readonly before: string
  readonly again: string
  readonly end: string
}

function inputOf({ before, again, end }: Pump, length: number): string {
  return `${before}${again.repeat(Math.ceil(length / again.length))}${end}`
}

function timeOf(expression: RegExp, text: string): number {
  const started = performance.now()
  expression.lastIndex = 0
  if (expression.global) text.replaceAll(expression, '')
  else expression.exec(text)
  return performance.now() - started
}

function pumpsOf({ source, flags }: RegExp): Pump[] {
  const atoms = [...source.matchAll(ATOM)]
    .map(([atom]) => sampleOf(atom, flags))
    .filter((text) => text !== '')
  const pumps = atoms.flatMap((_, start) =>
    [1, 2, 3, 4, 6, 8, 12, 20, atoms.length].flatMap((length) =>
      ENDS.map((end) => ({
        before: atoms.slice(0, start).join(''),
        again: atoms.slice(start, start + length).join(''),
        end,
      })),
    ),
  )
  return [...new Map(pumps.map((pump) => [JSON.stringify(pump), pump])).values()]
}

/** A text that this part of an expression matches; undefined for parts without text. */
function sampleOf(atom: string, flags: string): string {
  if (STRUCTURE.test(atom)) return ''
  const one = new RegExp(`^${atom}$`, flags.replace(/[gy]/g, ''))
  return [...atom, ...SAMPLES].find((sample) => one.test(sample)) ?? ''
}
