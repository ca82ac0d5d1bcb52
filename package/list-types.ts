/**
 * TypeScript declarations of the list, from its JSON Schema. What is published then needs no types of zod, which would
 * tie its users to one version of zod and of TypeScript.
 */
import { type JsonSchema, listJsonSchema } from './list-schema.ts'

/** Regions come out of programs as plain strings; the list is checked at synth. Editors still complete the names. */
const REGION = 'Region'
const OR_ANY = ' | (string & {})'

/** Declarations in place of those of mirror/list/config.ts. */
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

/** "…. Default: none." becomes `@default - none`; a default of the schema stands as it is. */
function commentOf({ description, default: value }: JsonSchema, indent: string): string {
  if (description === undefined) return ''
  const { text, fallback } = splitDefault(description)
  const said = value === undefined ? fallback && `- ${fallback}` : JSON.stringify(value)
  const lines = [text, ...(said === undefined ? [] : [`@default ${said}`])]
  return `${indent}/**\n${lines.map((line) => `${indent} * ${line}`).join('\n')}\n${indent} */\n`
}

/** The parts of a description: what the key means, and what holds without it. */
export function splitDefault(description: string): { readonly text: string; readonly fallback?: string } {
  const at = description.lastIndexOf(' Default: ')
  if (at < 0) return { text: description }
  return {
    text: description.slice(0, at),
    fallback: description.slice(at + ' Default: '.length).replace(/\.$/, ''),
  }
}
