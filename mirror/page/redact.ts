/**
 * Removes secrets from foreign text: signatures and tokens in the queries of URLs, passwords, and headers. A report is
 * kept for weeks and forwarded by mail, far longer and farther than the secrets of a failed request should travel.
 */
const HIDDEN = '[redacted]'

/**
 * Query parameters that are known to be harmless and useful; any other value may sign or authorize. Registries name
 * theirs as they like: `X-Amz-Signature`, `sig`, `verify`, `Policy`, `jwt`.
 */
const HARMLESS = new Set(
  'artifacttype digest from group last mount n page platform prefix ref region run scope service stream tab tag'.split(
    ' ',
  ),
)

/** Also within escaped text: `&amp;`, `%26`, `\u0026`. */
const PARAMETER = /([?&;#]|%3f|%26|\\u0026)([\w.~-]{1,100})(=|%3d)([^\s&#;"'<>\\]+)/gi
const USER_INFO = /(:\/\/)[^\s/?#@"'<>]{1,1000}@/g
/** The value of an Authorization header. A prose word after the scheme has neither digits nor capitals. */
const SCHEME =
  /\b(basic|bearer|negotiate|Basic|Bearer|Negotiate|BASIC|BEARER)( {1,4})(?!realm=)(?=[\w+/.~-]{0,40}[A-Z0-9=])[\w+/=.~-]{8,}/g
const SECRET =
  '(?:[a-z0-9_-]{0,40}(?:password|passwd|secret|token|signature|apikey|api_key)|secretaccesskey|authorization)'
const FIELD = new RegExp(String.raw`(\\?"${SECRET}\\?" {0,4}: {0,4}\\?")[^"\\]{1,10000}`, 'gi')
const ASSIGNED = new RegExp(String.raw`(\b${SECRET}=)[^\s&;"'<>]+`, 'gi')
/** Tokens that are recognizable by themselves: JSON Web Tokens, and those of GitHub, GitLab, Docker Hub and AWS. */
const TOKEN =
  /\b(?:eyJ[\w-]{8,}\.[\w-]{4,}(?:\.[\w-]{1,})?|(?:gh[opsur]_|github_pat_|glpat-|dckr_[a-z]{1,8}_)[\w-]{8,}|A[KS]IA[A-Z0-9]{16})/g

export function redacted(text: string): string {
  return text
    .replace(USER_INFO, `$1${HIDDEN}@`)
    .replace(PARAMETER, (whole, before: string, name: string, equals: string) =>
      HARMLESS.has(name.toLowerCase()) ? whole : `${before}${name}${equals}${HIDDEN}`,
    )
    .replace(SCHEME, `$1$2${HIDDEN}`)
    .replace(FIELD, `$1${HIDDEN}`)
    .replace(ASSIGNED, `$1${HIDDEN}`)
    .replace(TOKEN, HIDDEN)
}
