/**
 * Generates TypeScript declarations of the list from its JSON Schema. The types that zod infers would require
 * particular versions of zod and TypeScript in the user's app.
 */
import { type JsonSchema, listJsonSchema } from './list-schema.ts'

/** Accepts any string, because programs compute regions as strings. Editors complete the names; synth validates them. */
const REGION = 'Region'
const OR_ANY = ' | (string & {})'

/** Returns the declarations that replace those of mirror/list/config.ts. */
export function listDeclarations(): string {
  const input = listJsonSchema('input').definitions ?? {}
  const output = listJsonSchema('output').definitions ?? {}
  const written = Object.entries(input)
    .filter(([name]) => name !== 'List')
    .map(([name, schema]) => declaration(name, schema))
  return [
    ...written,
    declaration('ListProps', input.List ?? {}),
    declaration('List', output.List ?? {}),
  ].join('\n')
}

function declaration(name: string, schema: JsonSchema): string {
  const comment = commentOf(schema, '')
  if (schema.properties === undefined)
    return `${comment}export type ${name} = ${typeOf(schema)}${name === REGION ? OR_ANY : ''};\n`
  return `${comment}export interface ${name} ${typeOf(schema)}\n`
}

function typeOf(schema: JsonSchema, indent = ''): string {
  const { $ref, allOf, anyOf, properties, items, additionalProperties } = schema
  if ($ref !== undefined) return $ref.replace('#/definitions/', '')
  if (allOf !== undefined) return allOf.map((one) => typeOf(one, indent)).join(' & ')
  if (anyOf !== undefined) return anyOf.map((one) => typeOf(one, indent)).join(' | ')
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  if (schema.enum !== undefined) return schema.enum.map((value) => JSON.stringify(value)).join(' | ')
  if (properties !== undefined) return objectOf(schema, indent)
  if (items !== undefined) return `readonly (${typeOf(items, indent)})[]`
  if (typeof additionalProperties === 'object') {
    return `Readonly<Record<string, ${typeOf(additionalProperties, indent)}>>`
  }
  return schema.type === 'integer' ? 'number' : (schema.type ?? 'unknown')
}

function objectOf({ properties = {}, required = [] }: JsonSchema, indent: string): string {
  const inner = `${indent}  `
  const lines = Object.entries(properties).map(([key, of]) => {
    const mark = required.includes(key) ? '' : '?'
    return `${commentOf(of, inner)}${inner}readonly ${key}${mark}: ${typeOf(of, inner)};`
  })
  return `{\n${lines.join('\n')}\n${indent}}`
}

/** Turns "Default: none." at the end of a description into `@default - none`. The schema's own default takes precedence. */
function commentOf({ description, default: value }: JsonSchema, indent: string): string {
  if (description === undefined) return ''
  const { text, fallback } = splitDefault(description)
  const defaultText = value === undefined ? fallback && `- ${fallback}` : JSON.stringify(value)
  const lines = [text, ...(defaultText === undefined ? [] : [`@default ${defaultText}`])]
  return `${indent}/**\n${lines.map((line) => `${indent} * ${line}`).join('\n')}\n${indent} */\n`
}

/** Splits a description into the meaning of the key and its default. */
export function splitDefault(description: string): { readonly text: string; readonly fallback?: string } {
  const at = description.lastIndexOf(' Default: ')
  if (at < 0) return { text: description }
  return {
    text: description.slice(0, at),
    fallback: description.slice(at + ' Default: '.length).replace(/\.$/, ''),
  }
}
