// The metrics that a run has published, from the log of Report.
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Returns each line with the values of its dimensions and metrics. */
export async function metricsIn(logDir: string, run: string): Promise<Record<string, unknown>[]> {
  const [name = ''] = (await readdir(logDir)).filter((file) => /Report/.test(file))
  const lines = (await readFile(join(logDir, name), 'utf8')).split('\n')
  return lines
    .filter((line) => line.includes('"_aws"'))
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .filter((line) => line.run === run)
}
