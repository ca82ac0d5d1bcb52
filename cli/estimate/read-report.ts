/** Reads the report of a run, whose figures replace assumptions. */
import * as z from 'zod'
import { pairReportSchema } from '../../mirror/documents.ts'
import { ErrorName } from '../../mirror/error-name.ts'
import { namedError } from '../../mirror/failure.ts'
import { parseJson } from '../../registry/model/json.ts'
import { quote } from '../../registry/model/label.ts'
import { isPlace } from '../elsewhere/is-place.ts'
import { parseKnown } from '../parse-known.ts'
import { UsageError } from '../program/usage-error.ts'
import { readText } from '../read-list.ts'

/** What an estimate needs of report.json, and of the documents of `--json`, which contain more. */
const reportSchema = z.object({ run: z.string().min(1), pairs: z.array(pairReportSchema) })
export type MeasuredRun = z.infer<typeof reportSchema>

/** `start --json` and `follow --json` have the report of their run under a key. */
const documentSchema = z.object({ report: z.looseObject({}) })

const FLAG = '--report'

/** @throws InvalidInput if the file is missing, or is not a report of this version */
export async function readReport(path: string): Promise<MeasuredRun> {
  if (isPlace(path) && !path.startsWith('s3://')) {
    throw new UsageError(
      `${FLAG}: "${path}" is not a report; name a file, - for standard input, or s3://bucket/key`,
    )
  }
  const name = path === '-' ? 'standard input' : path
  const document = parseJson(await readText(path, { flag: FLAG }))
  if (document === undefined) throw refused(`${FLAG}: ${name} is not JSON; name the report.json of a run`)
  const inner = documentSchema.safeParse(document).data?.report ?? document
  const { data, error } = parseKnown(reportSchema, inner)
  if (data !== undefined) return data
  throw refused(
    `${FLAG}: ${name} is not a report of this version of image-mirror: ${reasonOf(error)}; ` +
      'name the report.json of a run of this version, or the output of "sync --json"',
  )
}

function refused(message: string): Error {
  return namedError(ErrorName.InvalidInput, message)
}

const MAX_REASON = 200

/** The first thing that is wrong, with its place. */
function reasonOf({ issues: [first] }: z.ZodError): string {
  if (first === undefined) return 'its form is unknown'
  const place = first.path.map(String).join('.')
  if (first.code === 'invalid_type' && / received undefined$/.test(first.message))
    return `it has no "${place}"`
  return quote(place === '' ? first.message : `${place}: ${first.message}`, MAX_REASON)
}
