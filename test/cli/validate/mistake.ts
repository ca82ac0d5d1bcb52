// A list with one mistake, as people write it who have never written one, and how it is answered.

export interface Mistake {
  readonly title: string
  readonly text: string
  readonly line: number
  readonly key: string
  /** A part of the message: the fix. */
  readonly fix: string
}

export const REGIONS = 'regions: [us-east-1]'
export const IMAGES = ['images:', '  - redis:7.4']
export const SOURCE = ['images:', '  - source: docker.io/library/redis']

export const mistake = (
  title: string,
  lines: readonly string[],
  line: number,
  key: string,
  fix: string,
): Mistake => ({
  title,
  text: `${lines.join('\n')}\n`,
  line,
  key,
  fix,
})
/** A list with this below its regions, so that its first line is line 2. */
export const list = (
  title: string,
  lines: readonly string[],
  line: number,
  key: string,
  fix: string,
): Mistake => mistake(title, [REGIONS, ...lines], line, key, fix)
