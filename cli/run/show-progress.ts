/** Displays a run in progress: a redrawn matrix on a terminal, a line for each finished pair elsewhere. */
import { isSettled, type PairProgress, type Progress } from '../../local/stepfunctions/progress.ts'
import { canRedraw, eraseLines, type Screen, widthOf } from '../terminal/terminal.ts'
import { clip, shorten } from '../terminal/words.ts'
import { type Canvas, renderMatrix } from './matrix.ts'
import { outcomeText } from './table.ts'

/** The pairs of a run, in the order of the plan. */
export type Pairs = Pick<Progress, 'pairs' | 'count'>

export interface Display {
  /** Reports a step before the plan exists. */
  step(text: string): void
  update(progress: Pairs, changed: PairProgress): void
  /** Draws the final state and stops redrawing. */
  end(): void
}

type Paint = NonNullable<Canvas['paint']>
const FRAME_MS = 100
const SHORTEST_IMAGE = 16

export function showProgress(screen: Screen, paint: Paint = (text) => text): Display {
  return canRedraw(screen) ? redraw(screen, paint) : writeLines(screen)
}

/** Redraws the matrix in place, at most ten times a second. */
function redraw(screen: Screen, paint: Paint): Display {
  let drawn: readonly string[] = []
  let latest: Pairs | undefined
  let timer: NodeJS.Timeout | undefined

  function draw() {
    timer = undefined
    if (!latest) return
    const size = { columns: widthOf(screen) + 1, rows: screen.rows || 24 }
    const lines = renderMatrix(latest.pairs(), { ...size, paint })
    screen.write(`${eraseLines(drawn, screen)}${lines.join('\n')}\n`)
    drawn = lines
  }
  const later = () => {
    timer ??= setTimeout(draw, FRAME_MS)
  }
  screen.on?.('resize', later)

  return {
    step: (text) => screen.write(`${clip(text, widthOf(screen))}\n`),
    update(progress) {
      latest = progress
      later()
    },
    end() {
      screen.off?.('resize', later)
      clearTimeout(timer)
      draw()
      // Prevents a redraw over later output.
      latest = undefined
    },
  }
}

function writeLines(screen: Screen): Display {
  const printed = new Set<string>()
  return {
    step: (text) => screen.write(`${clip(text, widthOf(screen))}\n`),
    update(progress, { id, image, target, state }) {
      const key = `${id} ${target}`
      if (!isSettled(state) || printed.has(key)) return
      printed.add(key)
      const total = String(progress.count())
      const count = `${String(printed.size).padStart(total.length)}/${total}`
      const line = `${count}  ${outcomeText(state).padEnd(8)}  `
      const room = widthOf(screen) - line.length - ` -> ${target}`.length
      screen.write(`${line}${shorten(image, Math.max(room, SHORTEST_IMAGE))} -> ${target}\n`)
    },
    end() {},
  }
}
