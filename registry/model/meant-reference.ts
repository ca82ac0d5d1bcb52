/** Suggests the reference that was meant by a URL, another tool's notation or a Helm version. */

/** Local transports of skopeo and podman: https://github.com/containers/image/blob/main/docs/containers-transports.5.md */
const LOCAL =
  /^(?:docker-daemon|docker-archive|containers-storage|oci|oci-archive|dir|ostree|sif|tarball):(?!\/\/)/i
const SCHEME = /^[a-z][a-z0-9+.-]{0,30}:\/\//i
/** Addresses of web pages about images, and the reference prefix of each. */
const PAGES: readonly (readonly [RegExp, string])[] = [
  [/^(?:www\.)?hub\.docker\.com\/_\//i, 'docker.io/library/'],
  [/^(?:www\.)?hub\.docker\.com\/r\//i, 'docker.io/'],
  [/^quay\.io\/repository\//i, 'quay.io/'],
  [/^gallery\.ecr\.aws\//i, 'public.ecr.aws/'],
]

/** @returns the fix, as the end of a sentence; undefined if there is no suggestion */
export function meantReference(input: string, parses: (text: string) => boolean): string | undefined {
  if (LOCAL.test(input)) {
    const transport = input.slice(0, input.indexOf(':'))
    return `"${transport}:" names an image on one machine, and only registries can be read: push it to a registry, and write host/path:tag`
  }
  const scheme = SCHEME.exec(input)?.[0] ?? ''
  const meant = withColon(withoutPlus(scheme === '' ? input : withoutPage(input.slice(scheme.length))))
  if (meant === input || !parses(meant)) return undefined
  const plus = input.includes('+') ? ', as registries keep the "+" of a chart\'s version as "_"' : ''
  return `write ${scheme === '' ? '' : `it without "${scheme}": `}"${meant}"${plus}`
}

function withoutPage(address: string): string {
  const [path = ''] = address.split(/[?#]/, 1)
  const page = PAGES.find(([pattern]) => pattern.test(path))
  const image = page === undefined ? path : path.replace(...page).replace(/\/tags\/?$/, '')
  return image.replace(/\/$/, '')
}

/** `redis@7.4` means `redis:7.4`. */
function withColon(text: string): string {
  const [path, tag = '', ...more] = text.split('@')
  return more.length > 0 || tag === '' || tag.includes(':') ? text : `${path}:${tag}`
}

/** https://helm.sh/docs/topics/registries/ */
function withoutPlus(text: string): string {
  const tag = text.lastIndexOf(':')
  return tag <= text.lastIndexOf('/') ? text : text.slice(0, tag) + text.slice(tag).replaceAll('+', '_')
}
