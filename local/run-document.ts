/** The result of a run: the document of `--json`, and the data of the final table. */
import { pathToFileURL } from 'node:url'
import { z } from 'zod'
import { countsSchema } from '../mirror/contract.ts'
import { listNotesSchema, pairReportSchema, type Report, reportSchema } from '../mirror/documents.ts'
import { reportKey } from '../mirror/keys.ts'
import { prunedTagSchema } from '../mirror/prune/documents.ts'
import type { Documents } from './s3-documents.ts'
import type { Alert } from './topic.ts'

export const runDocumentSchema = z.strictObject({
  run: z.string(),
  /** Region -> `host:port` of its registry. */
  regions: z.record(z.string(), z.string()),
  /** What the run read in the places that its list names. @default - it names none */
  list: listNotesSchema.optional(),
  counts: countsSchema,
  pairs: z.array(pairReportSchema),
  notices: z.array(z.string()).optional(),
  pruned: z.array(prunedTagSchema).optional(),
  alert: z.strictObject({ subject: z.string(), message: z.string() }).optional(),
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
