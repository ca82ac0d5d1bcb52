/** Looks up what a schema says about a place in the document. */
import * as z from 'zod'
import type { Path } from './problems.ts'

/** Returns the keys that a schema defines at a path. */
export function keysAt(schema: z.core.$ZodType, path: Path): string[] {
  return objectsAt(schema, path).flatMap(({ shape }) => Object.keys(shape))
}

/** Returns the keys without which a value at a path is incomplete, for each form that it may have. */
export function requiredKeysAt(schema: z.core.$ZodType, path: Path): string[][] {
  return objectsAt(schema, path).map(({ shape }) =>
    Object.entries(shape).flatMap(([key, value]) => (isOptional(value) ? [] : [key])),
  )
}

function isOptional(schema: z.core.$ZodType): boolean {
  return schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault
}

/** Returns the name of what a schema defines at a path, such as `Tags`. */
export function placeAt(schema: z.core.$ZodType, path: Path): string {
  const [object] = objectsAt(schema, path)
  return object?.meta()?.id ?? (path.length === 0 ? 'List' : '')
}

function objectsAt(schema: z.core.$ZodType, path: Path): z.ZodObject[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) {
    return objectsAt(schema.unwrap(), path)
  }
  if (schema instanceof z.ZodUnion)
    return schema.options.flatMap((option: z.core.$ZodType) => objectsAt(option, path))
  const [step, ...rest] = path
  if (schema instanceof z.ZodArray) return typeof step === 'number' ? objectsAt(schema.element, rest) : []
  if (schema instanceof z.ZodRecord) return step === undefined ? [] : objectsAt(schema.valueType, rest)
  if (!(schema instanceof z.ZodObject)) return []
  if (step === undefined) return [schema]
  const next: z.core.$ZodType | undefined = schema.shape[String(step)]
  return next === undefined ? [] : objectsAt(next, rest)
}

/** Returns the description of a key, without its default. */
export function descriptionAt(schema: z.core.$ZodType, path: Path): string | undefined {
  const key = path.at(-1)
  if (typeof key !== 'string') return undefined
  const [object] = objectsAt(schema, path.slice(0, -1))
  const described: z.core.$ZodType | undefined = object?.shape[key]
  const text = described instanceof z.ZodType ? described.description : undefined
  return text?.replace(/ Default: .*$/s, '').replace(/\.$/, '')
}
