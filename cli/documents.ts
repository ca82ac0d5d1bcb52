/** Schemas of the documents of `--json`, by command. Tests and docs/json.md read them; the program does not load them. */
import type * as z from 'zod'
import { runDocumentSchema } from '../local/run-document.ts'
import { reportSchema } from '../mirror/documents.ts'
import { authDocumentSchema } from './auth/schema.ts'
import { copyDocumentSchema } from './copy/schema.ts'
import { diagnosisSchema } from './deployed/doctor/document.ts'
import { logSchema } from './deployed/logs/schema.ts'
import { runStateSchema } from './deployed/run/schema.ts'
import { statusSchema } from './deployed/status/schema.ts'
import { subscriptionSchema } from './deployed/subscribe/schema.ts'
import { estimateSchema } from './estimate/schema.ts'
import { initSchema } from './init/schema.ts'
import { planDocumentSchema } from './plan/schema.ts'
import { errorDocumentSchema } from './program/error-document.ts'
import { tagsDocumentSchema } from './tags/schema.ts'
import { validationSchema } from './validate/schema.ts'

export const DOCUMENTS = {
  init: initSchema,
  validate: validationSchema,
  plan: planDocumentSchema,
  sync: reportSchema,
  tags: tagsDocumentSchema,
  auth: authDocumentSchema,
  copy: copyDocumentSchema,
  estimate: estimateSchema,
  run: runDocumentSchema,
  start: runStateSchema,
  follow: runStateSchema,
  rerun: runStateSchema,
  status: statusSchema,
  doctor: diagnosisSchema,
  logs: logSchema,
  subscribe: subscriptionSchema,
  /** Of any command that ends without its result. */
  error: errorDocumentSchema,
} as const
export type Documents = { [Name in keyof typeof DOCUMENTS]: z.output<(typeof DOCUMENTS)[Name]> }
