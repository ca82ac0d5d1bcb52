/** The versions and version constraints of the tools that lists are imported from. */
import type { Dialect } from './constraint.ts'
import type { Grammar } from './version-regex.ts'

export interface Versions {
  readonly dialect: Dialect
  readonly grammar: Grammar
}

/** https://semver.org/#spec-item-9: numbers among the identifiers have no leading zeros. */
const IDENTIFIER = '(?:0|[1-9]\\d*|\\d*[A-Za-z-][0-9A-Za-z-]*)'
const STRICT_SUFFIX = `-${IDENTIFIER}(?:\\.${IDENTIFIER})*`

/** https://github.com/regclient/regclient/blob/main/internal/semver/semver.go */
export const REGSYNC: Versions = {
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

/** https://github.com/Masterminds/semver, which skopeo uses. */
export const SKOPEO: Versions = {
  dialect: {
    and: 'both',
    hasOr: true,
    operators: ['=>', '=<', '!=', '~', '~>', '^'],
    partial: 'any',
    hasWildcards: true,
    hasHyphens: true,
    suffixesOnDemand: true,
    endsBeforeSuffixes: true,
  },
  grammar: { separator: '\\.', maxNumbers: 3, suffix: STRICT_SUFFIX },
}

/** https://github.com/blang/semver: `ParseTolerant` for tags, `ParseRange` for ranges. */
export const DREGSY: Versions = {
  dialect: { and: 'space', hasOr: true, operators: ['==', '!', '!='], partial: 'zeros', hasWildcards: true },
  grammar: {
    separator: '\\.',
    maxNumbers: 3,
    minNumbersWithSuffix: 3,
    suffix: STRICT_SUFFIX,
  },
}

/** https://github.com/clowdhaus/ocync/blob/main/crates/ocync-sync/src/version.rs: a suffix does not count. */
export const OCYNC: Versions = {
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
