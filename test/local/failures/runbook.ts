// Parses the table of docs/runbook.md.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { StateName } from '../../../statemachine/state-names.ts'

export const RUNBOOK = readFileSync(join(import.meta.dirname, '../../../docs/runbook.md'), 'utf8')

export interface Row {
  readonly errors: readonly string[]
  /** `Plan`, `Sync` and so on. */
  readonly places: readonly string[]
  /** The number of retries. */
  readonly times: number
  /** The maximum total wait. */
  readonly waitingSeconds: number
  readonly becomes: string
  /** The heading of the section with the fix. */
  readonly heading: string
}

/** The states of each place. */
export const STATES: Readonly<Record<string, readonly string[]>> = {
  Plan: [StateName.Plan],
  Resolve: [StateName.Resolve],
  Diff: [StateName.Diff],
  Sync: [StateName.Sync],
  Outcome: [StateName.ReadOutcome],
  Report: [StateName.Report],
  alert: [StateName.SendAlert],
}

export function readRows(): Row[] {
  const lines = RUNBOOK.split('\n')
  const start = lines.findIndex((line) => line.startsWith('| error '))
  const table = lines.slice(start + 2)
  const rows: Row[] = []
  for (const line of table.slice(0, table.indexOf(''))) rows.push(rowOf(line, rows.at(-1)))
  return rows
}

/** Each error at each state that a row is about. */
export function readCases(): { error: string; state: string; row: Row }[] {
  return readRows().flatMap((row) =>
    row.errors.flatMap((error) =>
      row.places.flatMap((place) => (STATES[place] ?? []).map((state) => ({ error, state, row }))),
    ),
  )
}

function rowOf(line: string, above: Row | undefined): Row {
  const [, error = '', at = '', again = '', waiting = '', becomes = '', what = ''] = line
    .split('|')
    .map((cell) => cell.trim())
  return {
    errors: error === 'the same' ? (above?.errors ?? []) : quoted(error),
    places: at.replace(', with `vpc`', '').split(', '),
    times: Number(/^\d+/.exec(again)?.[0] ?? 0),
    waitingSeconds: secondsIn(waiting),
    becomes: becomes.replaceAll('`', ''),
    heading: /\(#(.+)\)/.exec(what)?.[1] ?? '',
  }
}

function quoted(text: string): string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name)
}

/** Parses `5 h 3 min` and similar durations. */
function secondsIn(text: string): number {
  const units: Readonly<Record<string, number>> = { h: 3600, min: 60, s: 1 }
  const parts = [...text.matchAll(/(\d+) (h|min|s)\b/g)]
  return parts.reduce((sum, [, count, unit = '']) => sum + Number(count) * (units[unit] ?? Number.NaN), 0)
}

/** The headings as link anchors. */
export function anchors(): string[] {
  return [...RUNBOOK.matchAll(/^## (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replaceAll(/[^a-z0-9 -]/g, '')
      .replaceAll(' ', '-'),
  )
}
