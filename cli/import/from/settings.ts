/** Settings that several tools have in common: platforms, variables, and keys without a counterpart. */
import type { Image } from '../../../mirror/list/config.ts'
import { ALL_PLATFORMS, normalPlatform, platformProblem } from '../../../mirror/platforms/platform.ts'
import { type Node, quotedText } from '../read/node.ts'

type Settings = NonNullable<Pick<Image, 'platforms' | 'as'>>

/** @param as - `manifest` for tools that copy a single platform without its index */
export function platformSettings(
  platforms: readonly string[],
  as?: 'manifest',
): { readonly settings: Settings; readonly notes: readonly string[] } {
  const valid = platforms.filter((platform) => platformProblem(platform) === undefined)
  const notes = platforms
    .filter((platform) => !valid.includes(platform))
    .map((platform) => `the platform ${quotedText(platform)} is not known here`)
  const kept = [...new Set(valid.filter((platform) => platform !== ALL_PLATFORMS).map(normalPlatform))]
  const [first, ...more] = kept
  if (first === undefined) return { settings: {}, notes }
  return { settings: { platforms: kept, ...(as && more.length === 0 && { as }) }, notes }
}

/** One note for all keys that nothing reads. */
export function unknownKeys(node: Node | undefined, known: readonly string[], where = ''): string[] {
  const keys = [...(node?.map ?? [])].filter(([key, { text }]) => !known.includes(key) && text !== '')
  if (keys.length === 0) return []
  const names = keys.map(([key]) => quotedText(`${where}${key}`)).join(', ')
  return [`${names} ${keys.length === 1 ? 'has' : 'have'} no counterpart`]
}

/** Stands for an account that a variable names. */
const SOME_ACCOUNT = '000000000000'

/** A variable for the account of an ECR host does not hide the region. */
export function withAccount(text: string): string {
  return text
    .trim()
    .replace(/^(?:\$\{[^}]{1,200}\}|\$\w{1,100}|\{\{[^}]{1,200}\}\})(?=\.dkr\.ecr\.)/, SOME_ACCOUNT)
}

export function hasVariable(text: string): boolean {
  return /\$[{\w]|\{\{/.test(text)
}
