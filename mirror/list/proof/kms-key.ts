/** Parses the names of AWS KMS keys, which lists write as cosign does: `awskms:///` and the ARN of the key. */

const SCHEME = 'awskms://'
const KEY_ARN =
  /^arn:aws[a-z-]*:kms:([a-z0-9-]{1,40}):\d{12}:key\/(?:mrk-[a-f0-9]{32}|[a-f0-9]{8}(?:-[a-f0-9]{4}){3}-[a-f0-9]{12})$/

/** Returns the ARN in a valid name of a key; undefined for other text. */
export function kmsArnOf(key: string): string | undefined {
  const arn = key.startsWith(`${SCHEME}/`) ? key.slice(SCHEME.length + 1) : undefined
  return arn !== undefined && KEY_ARN.test(arn) ? arn : undefined
}

/** The region of a key. */
export function regionOfKey(arn: string): string {
  return KEY_ARN.exec(arn)?.[1] ?? ''
}

/** Returns what is wrong with the name of a key, and the fix; undefined if it is valid or has no scheme. */
export function kmsKeyProblem(key: string): string | undefined {
  const form = `write it as "${SCHEME}/arn:aws:kms:REGION:ACCOUNT:key/ID"`
  if (/^arn:[a-z-]*:kms:/.test(key)) return `"${key}" is an ARN; write it as "${SCHEME}/${key}"`
  const [, scheme] = /^([a-z][a-z0-9+.-]*):\/\//.exec(key) ?? []
  if (scheme === undefined) return undefined
  if (!key.startsWith(SCHEME))
    return `"${key}" is in a key store that is not supported; ${form}, or give PEM text`
  if (key.includes('alias/')) {
    return `"${key}" names an alias, which can move to another key without the list; ${form}`
  }
  return kmsArnOf(key) === undefined ? `"${key}" does not name a key of AWS KMS; ${form}` : undefined
}
