// A list with one typical beginner's error, and the expected message.

export interface Mistake {
  readonly title: string
  readonly text: string
  readonly line: number
  readonly key: string
  /** The part of the message with the fix. */
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
/** A list with this text below its regions, so that the text starts on line 2. */
export const list = (
  title: string,
  lines: readonly string[],
  line: number,
  key: string,
  fix: string,
): Mistake => mistake(title, [REGIONS, ...lines], line, key, fix)
