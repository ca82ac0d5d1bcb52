/** JSON types and checked accessors, for states, templates and events. */

export type Json = null | boolean | number | string | readonly Json[] | JsonObject
export interface JsonObject {
  readonly [key: string]: Json
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function asObject(value: Json | undefined, what: string): JsonObject {
  if (!isObject(value)) throw new Error(`${what} must be an object, but is ${JSON.stringify(value)}`)
  return value
}

export function asString(value: Json | undefined, what: string): string {
  if (typeof value !== 'string') throw new Error(`${what} must be a string, but is ${JSON.stringify(value)}`)
  return value
}

/** Returns an array unchanged, and an empty one for undefined. */
export function asArray(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : []
}
