/** Keys that people know from other tools (regsync, skopeo, ocync, dregsy, Flux), and what they are here. */

export interface Meant {
  /** The key here, if there is one. */
  readonly key?: string
  readonly text: string
}

type Place = 'List' | 'Image' | 'ImageDefaults' | 'Tags'

/**
 * @param place - the id of the schema that does not know the key
 * @param known - the keys that it knows
 */
export function meantByForeign(key: string, place: string, known: readonly string[]): Meant | undefined {
  const word = key.toLowerCase().replaceAll(/[-_ ]/g, '')
  const meant = WORDS[place as Place]?.get(word)
  if (meant === undefined || (meant.key !== undefined && !known.includes(meant.key))) return undefined
  return meant
}

const of = (text: string, key?: string): Meant => ({ text, ...(key === undefined ? {} : { key }) })

function wordsFor(meant: Meant, words: string): (readonly [string, Meant])[] {
  return words.split(' ').map((word) => [word, meant] as const)
}

const INCLUDE = of(
  `here it is "include": exact tags, or regular expressions between slashes, as in ['/^v1\\./']`,
  'include',
)
const EXCLUDE = of('here it is "exclude", written as in "include"', 'exclude')
const SEMVER = of(`here it is "semver", a range such as '>=1.2 <3'`, 'semver')
const VARIANT = of('here it is "variant", the suffix of a version, such as "alpine"', 'variant')
const LATEST = of('here it is "latest", the number of tags', 'latest')
const BY = of('here it is "by" (version, date or name), next to "latest"', 'by')
const MIN = of('here it is "min", the number of tags', 'min')
const IMMUTABLE = of(`here it is "immutable": the tags that never move, as in ['/^v\\d/']`, 'immutable')
const MISSING = of('here it is "missingOnly: true", which leaves tags that a target has', 'missingOnly')
const PRERELEASE = of(`here "semver" asks for prereleases by naming one, as in '>=1.3.0-rc.1'`, 'semver')
const GLOB = of(
  `here it is "include", with a regular expression between slashes: "1.2.*" is '/^1\\.2\\./'`,
  'include',
)

const OF_TAGS: readonly (readonly [string, Meant])[] = [
  ...wordsFor(
    INCLUDE,
    'allow allowlist allowtags whitelist filter filters filtertags includetags pattern patterns regex regexp match only imagesbytagregex tagregex',
  ),
  ...wordsFor(GLOB, 'glob globs wildcard'),
  ...wordsFor(EXCLUDE, 'deny denylist denytags blacklist excludetags ignore ignoretags skiptags'),
  ...wordsFor(
    SEMVER,
    'semverrange semverranges semvertags semverconstraint imagesbysemver range constraint version versions',
  ),
  ...wordsFor(VARIANT, 'suffix flavor flavour compatibility'),
  ...wordsFor(LATEST, 'limit count newest last top keep keeplatest maxtags max'),
  ...wordsFor(BY, 'sort sortby order orderby'),
  ...wordsFor(MIN, 'mintags minimum atleast'),
  ...wordsFor(IMMUTABLE, 'immutabletags frozen'),
  ...wordsFor(MISSING, 'missing onlymissing skipexisting ifmissing overwrite force'),
  ...wordsFor(PRERELEASE, 'prerelease prereleases includeprerelease includeprereleases'),
]

/** Keys of `tags`, ours and foreign ones, that were written next to `source`. */
const OUTSIDE_TAGS: readonly (readonly [string, Meant])[] = [
  ...['include', 'exclude', 'semver', 'variant', 'latest', 'by', 'min', 'immutable', 'missingOnly'].map(
    (key) => [key.toLowerCase(), of(`it belongs under "tags": {${key}: …}`, 'tags')] as const,
  ),
  ...OF_TAGS.filter(([word]) => !['version', 'match', 'force'].includes(word)).map(
    ([word, { text, key = '' }]) => [word, of(text.replace(`"${key}`, `"tags.${key}`), 'tags')] as const,
  ),
]

const SOURCE = of('here it is "source": the repository, with or without a tag', 'source')
const TARGET = of(
  'here "repository" is its name at the target, and "regions" or "targets" say where',
  'repository',
)
const PLATFORMS = of('here it is "platforms", a list such as [linux/amd64, linux/arm64]', 'platforms')
const CREDENTIALS = of(
  'here it is "credentials", the name of a secret in Secrets Manager: passwords do not belong in a list',
  'credentials',
)
const SCHEDULE = of('here it is "schedule", such as rate(6 hours) or cron(0 3 * * ? *)', 'schedule')
const ARTIFACTS = of(
  'signatures and other artifacts are mirrored with their image; "artifacts" chooses among them',
  'artifacts',
)
const TLS = of(
  'registries are read over HTTPS; your own authority belongs under "registries.HOST.ca" of the list',
)

const OF_IMAGE: readonly (readonly [string, Meant])[] = [
  ...OUTSIDE_TAGS,
  ...wordsFor(SOURCE, 'image name from src upstream reference'),
  ...wordsFor(TARGET, 'target to dest destination destinations dst rename'),
  ...wordsFor(PLATFORMS, 'platform arch architecture architectures os multiarch'),
  ...wordsFor(CREDENTIALS, 'credential creds auth secret user username pass password token'),
  ...wordsFor(SCHEDULE, 'interval cron every'),
  ...wordsFor(ARTIFACTS, 'digesttags referrers signatures removesignatures'),
  ...wordsFor(TLS, 'tlsverify insecure plainhttp'),
  ['type', of('a source without a tag is a whole repository; remove the key')],
  ['digest', of('a digest belongs to the source, as in "redis@sha256:…"', 'source')],
]

const OF_LIST: readonly (readonly [string, Meant])[] = [
  ...wordsFor(of('here it is "images"', 'images'), 'sync mappings mirrors sources'),
  ...wordsFor(
    of('name a secret with "credentials" at the image, or under "defaults"'),
    'creds credentials auth',
  ),
  ...wordsFor(SCHEDULE, 'interval cron'),
  ['version', of('a list has no version; remove the key')],
  ...['tags', 'platforms', 'artifacts'].map(
    (key) => [key, of(`it belongs to an image, or under "defaults"`, 'defaults')] as const,
  ),
]

const WORDS: Readonly<Record<Place, ReadonlyMap<string, Meant>>> = {
  List: new Map(OF_LIST),
  Image: new Map(OF_IMAGE),
  ImageDefaults: new Map(OF_IMAGE),
  Tags: new Map(OF_TAGS),
}
