/** Reads image references of other tools, which may be shorter than ours. */
import { type ImageRef, InvalidReference, parseReference } from '../../../registry/model/reference.ts'

/** @returns undefined if it is not a reference, such as one with a variable */
export function tryReference(text: string): ImageRef | undefined {
  try {
    return parseReference(text.trim().replace(/^docker:\/\//, ''))
  } catch (error) {
    if (error instanceof InvalidReference) return undefined
    throw error
  }
}
