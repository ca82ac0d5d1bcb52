/** Explains a document that is no list at all. The schema's own words would name every key. */
import { kindOf } from './explain-type.ts'

const LEAST = '"regions:" or "targets:"; "npx image-mirror init" writes an example'

/** @returns undefined if the document is a mapping with keys */
export function noListProblem(value: unknown): string | undefined {
  if (Array.isArray(value) && value.length > 0)
    return `the list must be a mapping of keys to values, not a list: write its entries below "images:", and add ${LEAST}`
  const isMapping = typeof value === 'object' && value !== null
  if (!isMapping && value !== null && value !== undefined)
    return `the list must be a mapping of keys to values, not ${kindOf(value)}: write "images:", and ${LEAST}`
  if (isMapping && Object.keys(value).length > 0) return undefined
  return `the list is empty: write at least "images:", and ${LEAST}`
}
