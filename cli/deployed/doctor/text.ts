/** Renders the findings of `doctor` for people: what needs attention is last, where the prompt is. */
import { plural } from '../../../mirror/units.ts'
import { wrap } from '../../terminal/words.ts'
import type { Diagnosis, Finding } from './document.ts'

const STATUS: Readonly<Record<Finding['status'], string>> = {
  ok: 'ok',
  warning: 'warning',
  failed: 'FAILED',
  notChecked: 'not checked',
}
const ORDER = ['ok', 'notChecked', 'warning', 'failed'] as const

export function renderDiagnosis({ mirror, checks, counts }: Diagnosis, width: number): string[] {
  const { stack, account, region } = mirror
  const sorted = checks.toSorted((a, b) => ORDER.indexOf(a.status) - ORDER.indexOf(b.status))
  return [
    `${stack} in ${region}, account ${account}`,
    '',
    ...sorted.flatMap((one) => linesOf(one, width)),
    '',
    `${plural(checks.length, 'check')}: ${counts.ok} ok, ${plural(counts.warning, 'warning')}, ${counts.failed} failed, ${counts.notChecked} not checked`,
  ]
}

const STATUS_WIDTH = 13
const NAME_WIDTH = 15

/** Commands stay on one line, so that they can be copied. */
function linesOf(
  { status, check, found, remedy, command }: Diagnosis['checks'][number],
  width: number,
): string[] {
  const indent = ' '.repeat(STATUS_WIDTH)
  const begin = `${STATUS[status].padEnd(STATUS_WIDTH)}${check.padEnd(NAME_WIDTH)}`
  const [first = '', ...more] = wrap(found, width - begin.length)
  return [
    `${begin}${first}`,
    ...more.map((line) => `${' '.repeat(begin.length)}${line}`),
    ...(remedy === undefined ? [] : wrap(remedy, width, indent)),
    ...(command === undefined ? [] : [`${indent}  ${command}`]),
  ]
}
