/**
 * Lists the keys of the documents of `--json`: names and types from their zod schemas, words from the comments of the
 * schemas' sources. Comments have `@unit`, and `@default` for what a missing key means.
 */
import { join } from 'node:path'
import { Project, type Node as Source, type Symbol as SourceSymbol, type Type } from 'ts-morph'
import * as z from 'zod'
import { DOCUMENTS } from '../cli/documents.ts'
import { PROJECT_ROOT } from '../infra/bundle.ts'
import { reportSchema } from '../mirror/documents.ts'
import type { JsonSchema } from './list-schema.ts'

export type DocumentName = keyof typeof DOCUMENTS

export interface Key {
  /** `images[].targets[].status` */
  readonly path: string
  readonly type: string
  readonly unit: string
  readonly isOptional: boolean
  /** What it means if the key is missing. */
  readonly absent: string
  readonly meaning: string
}

export const REPORT_TITLE = 'The report of a run'

/** Stands for the keys of a report within other documents. */
const REPORT = '[report](#the-report-of-a-run)'

/** Keys with the same meaning everywhere. A comment in the schema takes precedence. */
const MEANINGS: Readonly<Record<string, string>> = {
  account: 'The AWS account.',
  counts: 'Number of images and pairs, and of pairs by outcome.',
  digest: 'The digest of the manifest.',
  ended: 'When it ended.',
  error: 'Why it failed.',
  failed: 'Number of those that failed.',
  image: 'The source as written in the list.',
  images: 'Number of images.',
  message: 'A sentence for people.',
  name: 'The constant name of the error, such as `AccessDenied`.',
  mirror: 'The mirror.',
  pairs: 'Number of pairs.',
  region: 'The AWS region.',
  repository: 'The name of the repository.',
  seconds: 'Duration.',
  started: 'When it started.',
  tag: 'The tag.',
  target: "The target's id.",
}

/** Reads the sources once, which takes seconds. */
export function openKeys(): (name: DocumentName) => Key[] {
  const project = new Project({
    tsConfigFilePath: join(PROJECT_ROOT, 'tsconfig.json'),
    skipAddingFilesFromTsConfig: true,
  })
  const file = project.addSourceFileAtPath(join(PROJECT_ROOT, 'cli', 'documents.ts'))
  const types = file.getTypeAliasOrThrow('Documents').getType()
  return (name) => {
    const symbol = types.getPropertyOrThrow(name)
    return keysOf(jsonSchemaOf(DOCUMENTS[name]), symbol.getTypeAtLocation(file), { at: file })
  }
}

/** @returns the schema with references in place of reports, unless it is the report itself */
export function jsonSchemaOf(schema: z.ZodType): JsonSchema {
  const inline = z.toJSONSchema(schema, {
    io: 'output',
    target: 'draft-7',
    // Without the ids of the list's schema, nothing is a reference.
    metadata: z.registry(),
    override({ zodSchema, jsonSchema }) {
      if (zodSchema === reportSchema && schema !== reportSchema) {
        for (const key of Object.keys(jsonSchema)) delete jsonSchema[key as keyof typeof jsonSchema]
        Object.assign(jsonSchema, { title: REPORT })
      }
    },
  })
  return inline as JsonSchema
}

interface Where {
  readonly at: Source
  readonly path?: string
  /** That of the object around the key. */
  readonly unit?: string
}

function keysOf(schema: JsonSchema, type: Type, where: Where): Key[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, property]) => {
    const symbol = type.getPropertyOrThrow(name)
    const unit = tagOf(symbol, 'unit') || (where.unit ?? '')
    const path = where.path === undefined ? name : `${where.path}.${name}`
    const inner = symbol.getTypeAtLocation(where.at).getNonNullableType()
    const { items } = property
    const below =
      items === undefined
        ? keysOf(property, inner, { ...where, path, unit })
        : keysOf(items, inner.getArrayElementTypeOrThrow(), { ...where, path: `${path}[]`, unit })
    const isAmount = property.type === 'number' || property.type === 'integer'
    const isOptional = !schema.required?.includes(name)
    const key = {
      path,
      type: typeOf(property, items),
      unit: isAmount ? unit : '',
      isOptional,
      absent: isOptional ? tagOf(symbol, 'default').replace(/^- /, '') : '',
      meaning: commentOf(symbol) || (MEANINGS[name] ?? ''),
    }
    return [key, ...below]
  })
}

/** More values than this are described in words. */
const MOST_VALUES = 10

function typeOf(schema: JsonSchema & { title?: string; format?: string }, items?: JsonSchema): string {
  const { title, type, format } = schema
  if (title !== undefined) return title
  if (schema.const !== undefined) return `\`${JSON.stringify(schema.const)}\``
  if (schema.enum !== undefined && schema.enum.length <= MOST_VALUES)
    return schema.enum.map((value) => `\`${JSON.stringify(value)}\``).join(' or ')
  if (items !== undefined) return items.type === 'object' ? 'array of objects' : `array of ${typeOf(items)}s`
  if (typeof schema.additionalProperties === 'object')
    return `object of ${typeOf(schema.additionalProperties)}s`
  return format === 'date-time' ? 'time' : (type ?? 'any')
}

function commentOf(symbol: SourceSymbol): string {
  return textOf(symbol.compilerSymbol.getDocumentationComment(undefined))
}

function tagOf(symbol: SourceSymbol, name: string): string {
  return textOf(
    symbol
      .getJsDocTags()
      .find((tag) => tag.getName() === name)
      ?.getText() ?? [],
  )
}

function textOf(parts: readonly { readonly text: string }[]): string {
  return parts
    .map(({ text }) => text)
    .join('')
    .replaceAll(/\s+/g, ' ')
    .trim()
}
