/** The versions and version constraints of the tools that lists are imported from. */
import type { Dialect } from './constraint.ts'
import type { Grammar } from './version-regex.ts'

/** https://github.com/regclient/regclient/blob/main/internal/semver/semver.go */
export const REGSYNC: { dialect: Dialect; grammar: Grammar } = {
  dialect: {
    and: 'space',
    hasOr: false,
    operators: ['^', '~'],
    partial: 'zeros',
    hasWildcards: false,
    caretPads: true,
  },
  grammar: { separator: '\\.', suffix: '-.+', end: '-?' },
}

/** https://github.com/Masterminds/semver, which skopeo uses. Its suffixes count only where a constraint has one. */
export const SKOPEO: { dialect: Dialect; grammar: Grammar } = {
  dialect: {
    and: 'both',
    hasOr: true,
    operators: ['=>', '=<', '!=', '~', '~>', '^'],
    partial: 'any',
    hasWildcards: true,
    hasHyphens: true,
  },
  grammar: { separator: '\\.', maxNumbers: 3, suffix: '' },
}
export const SKOPEO_SUFFIX = '-[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*'

/** https://github.com/blang/semver: `ParseTolerant` for tags, `ParseRange` for ranges. */
export const DREGSY: { dialect: Dialect; grammar: Grammar } = {
  dialect: { and: 'space', hasOr: true, operators: ['==', '!', '!='], partial: 'zeros', hasWildcards: true },
  grammar: {
    separator: '\\.',
    maxNumbers: 3,
    minNumbersWithSuffix: 3,
    suffix: '-(?:0|[1-9]\\d*|\\d*[A-Za-z-][0-9A-Za-z-]*)(?:\\.(?:0|[1-9]\\d*|\\d*[A-Za-z-][0-9A-Za-z-]*))*',
  },
}

/** https://github.com/clowdhaus/ocync/blob/main/crates/ocync-sync/src/version.rs: a suffix does not count. */
export const OCYNC: { dialect: Dialect; grammar: Grammar } = {
  dialect: {
    and: 'comma',
    hasOr: false,
    operators: [],
    partial: 'zeros',
    hasWildcards: false,
    ignoresSuffixes: true,
  },
  grammar: { separator: '[._]', suffix: '-.*' },
}
