/** Shows a run while it goes on: a picture that is drawn again on a terminal, a line per pair that ends elsewhere. */
import type { PairProgress, Progress } from '../../local/stepfunctions/progress.ts'
import { type Canvas, isSettled, renderMatrix } from './matrix.ts'
import { outcomeText } from './table.ts'

export interface Screen {
  readonly isTTY?: boolean
  readonly columns?: number
  readonly rows?: number
  write(text: string): unknown
}

export interface Display {
  /** What is done before there are pairs. */
  step(text: string): void
  update(progress: Progress, changed: PairProgress): void
  /** Draws the last state; what is written after it stays. */
  end(): void
}

type Paint = NonNullable<Canvas['paint']>
const FRAME_MS = 100

export function showProgress(screen: Screen, paint: Paint = (text) => text): Display {
  return screen.isTTY ? drawAgain(screen, paint) : writeLines(screen)
}

/** At most ten pictures a second, over the one before. */
function drawAgain(screen: Screen, paint: Paint): Display {
  let drawn = 0
  let latest: Progress | undefined
  let timer: NodeJS.Timeout | undefined

  function draw() {
    timer = undefined
    if (!latest) return
    // Terminals that do not know their size say 0.
    const size = { columns: screen.columns || 80, rows: screen.rows || 24 }
    const lines = renderMatrix(latest.pairs(), { ...size, paint })
    // Up to where the last picture began, and away with it.
    const back = drawn > 0 ? `\x1b[${drawn}A\x1b[J` : ''
    screen.write(`${back}${lines.join('\n')}\n`)
    drawn = lines.length
  }

  return {
    step: (text) => screen.write(`${text}\n`),
    update(progress) {
      latest = progress
      timer ??= setTimeout(draw, FRAME_MS)
    },
    end() {
      clearTimeout(timer)
      draw()
    },
  }
}

function writeLines(screen: Screen): Display {
  const told = new Set<string>()
  return {
    step: (text) => screen.write(`${text}\n`),
    update(progress, { id, image, region, state }) {
      const key = `${id} ${region}`
      if (!isSettled(state) || told.has(key)) return
      told.add(key)
      const total = String(progress.count())
      const count = `${String(told.size).padStart(total.length)}/${total}`
      screen.write(`${count}  ${outcomeText(state).padEnd(8)}  ${image} -> ${region}\n`)
    },
    end() {},
  }
}
