// The lines of the pages that tests run one by one. The tutorial is run as a whole.
import { pages } from '../pages.ts'
import { classOf } from './classes.ts'
import { type Script, scriptsOf } from './script.ts'
import { commandsOf } from './words.ts'

export interface Line extends Omit<Script, 'text'> {
  readonly line: string
}

export function linesThatRun(): Line[] {
  return pages()
    .filter(({ name }) => name !== 'docs/tutorial.md')
    .flatMap(scriptsOf)
    .filter(({ text }) => commandsOf(text).some((words) => classOf(words)?.runs))
    .flatMap(({ text, output, ...script }) => {
      const lines = text
        .replaceAll(/\s*\\\n\s*/g, ' ')
        .split('\n')
        .filter((line) => line !== '')
      // A page shows the output of the first command, if there are several.
      return lines.map((line, index) => ({
        ...script,
        line,
        ...(index === 0 && output !== undefined && { output }),
      }))
    })
}
