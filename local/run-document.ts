/** The result of a run: the document of `--json`, and the data of the final table. */
import { pathToFileURL } from 'node:url'
import { z } from 'zod'
import { type Report, reportSchema } from '../mirror/documents.ts'
import { reportKey } from '../mirror/keys.ts'
import type { Documents } from './s3-documents.ts'
import type { Alert } from './topic.ts'

/** The report, and what only a run on this machine knows. */
export const runDocumentSchema = reportSchema.extend({
  /** Region -> `host:port` of its registry. */
  regions: z.record(z.string(), z.string()),
  /** The alert that the run sent. @default - none */
  alert: z
    .strictObject({
      /** The subject of the mail. */
      subject: z.string(),
      /** Its text. */
      message: z.string(),
    })
    .optional(),
})
export type RunDocument = z.infer<typeof runDocumentSchema>

const NOTHING = { images: 0, pairs: 0, inSync: 0, synced: 0, deferred: 0, failed: 0 }

export function runDocument(
  run: string,
  regions: Readonly<Record<string, string>>,
  report: Report | undefined,
  alert: Alert | undefined,
): RunDocument {
  return {
    run,
    regions,
    ...(report?.list === undefined ? {} : { list: report.list }),
    counts: report?.counts ?? NOTHING,
    pairs: report?.pairs ?? [],
    ...(report?.notices === undefined ? {} : { notices: report.notices }),
    ...(report?.pruned === undefined ? {} : { pruned: report.pruned }),
    ...(alert ? { alert: { subject: alert.subject, message: alert.message } } : {}),
  }
}

/** Names the files of build logs on this machine, in place of the console's pages, which do not exist. */
export function withLogFiles(
  document: RunDocument,
  fileOf: (build: string) => string | undefined,
): RunDocument {
  const pairs = document.pairs.map((pair) => {
    const [, build = ''] = /%3A([0-9a-f-]{1,40})\/log\?/.exec(pair.error?.log ?? '') ?? []
    const file = fileOf(build)
    if (pair.error === undefined || file === undefined) return pair
    return { ...pair, error: { ...pair.error, log: pathToFileURL(file).href } }
  })
  return { ...document, pairs }
}

/** Returns the run's report, or undefined if the run ended before it was written. */
export async function readReport(
  documents: Documents,
  bucket: string,
  run: string,
): Promise<Report | undefined> {
  const text = await findDocument(documents, bucket, reportKey(run))
  return text === undefined ? undefined : reportSchema.parse(JSON.parse(text))
}

/** Returns a document of the bucket, or undefined if the run ended before it was written. */
export async function findDocument(
  documents: Documents,
  bucket: string,
  key: string,
): Promise<string | undefined> {
  try {
    return await documents.get(bucket, key)
  } catch (error) {
    if (error instanceof Error && error.name === 'NoSuchKey') return undefined
    throw error
  }
}
