/** JSON Schema of the list, for editors and for the package's types. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import { listSchema } from '../mirror/list/config.ts'

/** The keywords of JSON Schema draft 7 that the list's schema uses. */
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

/** @param io - `input` for the list as people write it, `output` for the list with defaults */
export function listJsonSchema(io: 'input' | 'output' = 'input'): JsonSchema {
  return z.toJSONSchema(listSchema, { io, target: 'draft-7' }) as JsonSchema
}

/** In the repository as well as in the package, so that the first line of a list can name it by one relative path. */
export const LIST_SCHEMA_FILE = join(import.meta.dirname, '..', 'mirror.schema.json')

export function listSchemaText(): string {
  return `${JSON.stringify(listJsonSchema(), undefined, 2)}\n`
}

if (import.meta.main) writeFileSync(LIST_SCHEMA_FILE, listSchemaText())
