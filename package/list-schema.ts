/** The list's JSON Schema, for editors and for the types of the package. */
import * as z from 'zod'
import { listSchema } from '../mirror/list/config.ts'

/** The part of JSON Schema (draft 7) that the list's schema comes out as. */
export interface JsonSchema {
  readonly $schema?: string
  readonly $ref?: string
  readonly definitions?: Readonly<Record<string, JsonSchema>>
  readonly description?: string
  readonly default?: unknown
  readonly type?: 'object' | 'array' | 'string' | 'boolean' | 'integer' | 'number'
  readonly const?: string
  readonly enum?: readonly string[]
  readonly items?: JsonSchema
  readonly anyOf?: readonly JsonSchema[]
  readonly allOf?: readonly JsonSchema[]
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: boolean | JsonSchema
}

/** @param io - `input`: the list as it is written; `output`: with its defaults filled in */
export function listJsonSchema(io: 'input' | 'output' = 'input'): JsonSchema {
  return z.toJSONSchema(listSchema, { io, target: 'draft-7' }) as JsonSchema
}
