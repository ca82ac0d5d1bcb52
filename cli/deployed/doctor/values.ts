/** Finds values in a list by their key or their form, wherever they are. */

/** The distinct texts under a key, such as `credentials`. */
export function valuesOfKey(value: unknown, key: string): string[] {
  return [...new Set(texts(value).flatMap(([name, text]) => (name === key ? [text] : [])))]
}

/** The distinct texts that a pattern matches. */
export function valuesLike(value: unknown, pattern: RegExp): string[] {
  return [...new Set(texts(value).flatMap(([, text]) => (pattern.test(text) ? [text] : [])))]
}

function texts(value: unknown, key = ''): (readonly [key: string, text: string])[] {
  if (typeof value === 'string') return [[key, value]]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, inner]) => texts(inner, Array.isArray(value) ? key : name))
}
