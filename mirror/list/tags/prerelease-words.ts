/** Words that make a suffix a prerelease. All other suffixes (`alpine`, `debian-12-r4`) are variants. */

export const PRERELEASE_WORDS = [
  'rc',
  'alpha',
  'beta',
  'preview',
  'pre',
  'dev',
  'nightly',
  'snapshot',
] as const
