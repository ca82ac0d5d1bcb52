/** Reads image references of other tools, which may be shorter than ours, or have variables. */
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

/** The registry of a host or URL; undefined if it is neither. */
export function registryOf(host: string): string | undefined {
  return tryReference(`${host}/x`)?.registry
}

/** Stands for an account that a variable names. */
export const SOME_ACCOUNT = '000000000000'

/** A variable for the account of an ECR host does not hide the region. */
export function withAccount(text: string): string {
  return text
    .trim()
    .replace(/^(?:\$\{[^}]{1,200}\}|\$\w{1,100}|\{\{[^}]{1,200}\}\})(?=\.dkr\.ecr\.)/, SOME_ACCOUNT)
}

export function hasVariable(text: string): boolean {
  return /\$[{\w]|\{\{/.test(text)
}
