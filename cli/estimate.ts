/** Implements the command `estimate`: the monthly cost of a list, by service and by target. */
import type { EstimateOptions } from './estimate/command.ts'
import { estimateOf } from './estimate/document.ts'
import { readReport } from './estimate/read-report.ts'
import { renderEstimate } from './estimate/text.ts'
import { workloadOf } from './estimate/workload.ts'
import { UsageError } from './program/usage-error.ts'
import { readList } from './read-list.ts'
import { printJson, printLines } from './terminal/print.ts'
import { type Terminal, widthOf } from './terminal/terminal.ts'

/** Returns the exit status. */
export async function estimate(options: EstimateOptions, { stdout }: Terminal): Promise<number> {
  if (options.list === '-' && options.report === '-') {
    throw new UsageError('the list and --report cannot both be standard input; name a file for one of them')
  }
  const list = await readList(options.list)
  const run = options.report === undefined ? undefined : await readReport(options.report)
  const priced = workloadOf(list, { ...options, run, now: new Date() })
  const document = estimateOf(priced, { list, options, run })
  if (options.json) printJson(stdout, document)
  else printLines(stdout, renderEstimate(document, priced.work, widthOf(stdout)))
  return 0
}
