// The shell scripts that the pages show, with the output below them.
import { blocksOf, codesIn, type Page } from '../pages.ts'

export interface Script {
  /** `README.md:12` */
  readonly place: string
  readonly page: string
  readonly text: string
  /** The output that the page shows below it. */
  readonly output?: string
}

export function scriptsOf(page: Page): Script[] {
  const outputs = blocksOf(page, 'text')
  return blocksOf(page, 'sh').map(({ place, text }) => {
    const line = (at: string) => Number(at.split(':').at(-1))
    const end = line(place) + text.split('\n').length
    const below = outputs.find((output) => line(output.place) > end && isProse(page, end, line(output.place)))
    return { place, page: page.name, text, ...(below && { output: below.text }) }
  })
}

/** Whether at most a sentence of prose, and no other block or heading, is between two lines of a page. */
function isProse({ text }: Page, from: number, to: number): boolean {
  const lines = text.split('\n').slice(from - 1, to - 2)
  return lines.length <= 7 && !lines.some((line) => /^(?:```|#|\|)/.test(line))
}

/** Commands in code type within the text, which begin with one of these programs. */
export function inlineCommands({ name, text }: Page, programs: readonly string[]): Script[] {
  const prose = text.replace(/^```.*?^```$/gms, '')
  return codesIn(prose)
    .map((code) => code.replaceAll(/\s+/g, ' '))
    .filter((code) => programs.some((program) => code.startsWith(`${program} `)))
    .map((code) => ({ place: name, page: name, text: code }))
}
