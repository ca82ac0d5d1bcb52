/** Displays the progress of a copy: a bar for each target on a terminal, periodic lines in a log. */

import { createProgress, describeProgress, type Progress, type Snapshot } from '../../copy/progress.ts'
import { monotonicMs } from '../../registry/model/clock.ts'
import { canRedraw, eraseLines, type Screen, widthOf } from '../terminal/terminal.ts'
import { clip, shorten } from '../terminal/words.ts'

export interface CopyProgress extends Disposable {
  /** Adds a target and returns its meter. @param moved - returns the bytes sent to it so far */
  add(target: string, moved: () => number): Progress
}

interface Line {
  readonly target: string
  readonly progress: Progress
}

const FRAME_MS = 100
const LINE_MS = 5_000
const BAR_WIDTH = 20
/** Width of the bar and the text beside the target's name. */
const WORDS_WIDTH = 75

export function showCopyProgress(screen: Screen): CopyProgress {
  const lines: Line[] = []
  const drawn: Drawn = { lines: [] }
  const logged = new Map<Line, string>()
  const redraws = canRedraw(screen)
  const tick = redraws ? () => draw(screen, lines, drawn) : () => log(screen, lines, logged)
  const timer = setInterval(tick, redraws ? FRAME_MS : LINE_MS)
  timer.unref()
  return {
    add(target, moved) {
      const progress = createProgress(moved, monotonicMs)
      lines.push({ target, progress })
      return progress
    },
    // The report replaces the bars.
    [Symbol.dispose]() {
      clearInterval(timer)
      erase(screen, drawn)
    },
  }
}

/** The lines on the screen now. */
interface Drawn {
  lines: readonly string[]
}

function draw(screen: Screen, lines: readonly Line[], drawn: Drawn): void {
  erase(screen, drawn)
  const columns = widthOf(screen)
  const width = Math.max(10, Math.min(columns - WORDS_WIDTH, ...lines.map(({ target }) => target.length)))
  drawn.lines = lines.map(({ target, progress }) => {
    const snapshot = progress.look()
    const name = shorten(target, width).padEnd(width)
    return clip(`${name} ${bar(snapshot)} ${describeProgress(snapshot)}`, columns)
  })
  screen.write(drawn.lines.map((line) => `${line}\n`).join(''))
}

function erase(screen: Screen, drawn: Drawn): void {
  if (drawn.lines.length > 0) screen.write(eraseLines(drawn.lines, screen))
  drawn.lines = []
}

export function bar({ bytes: { moved, found } }: Snapshot): string {
  const filled = found === 0 ? 0 : Math.floor((moved / found) * BAR_WIDTH)
  return `[${'█'.repeat(filled)}${'░'.repeat(BAR_WIDTH - filled)}]`
}

/** Skips lines that have not changed, to keep logs short. */
function log(screen: Screen, lines: readonly Line[], logged: Map<Line, string>): void {
  for (const line of lines) {
    const text = clip(`${line.target}: ${describeProgress(line.progress.look())}`, widthOf(screen))
    if (logged.get(line) !== text) screen.write(`${text}\n`)
    logged.set(line, text)
  }
}
