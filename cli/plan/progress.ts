/** Displays how many images are planned, on a terminal. */

import { plural } from '../../mirror/units.ts'
import { canRedraw, eraseLines, type Screen } from '../terminal/terminal.ts'

export interface PlanProgress extends Disposable {
  /** Counts one more image. */
  step(): void
}

export function showPlanProgress(screen: Screen, total: number): PlanProgress {
  if (!canRedraw(screen)) return { step: () => {}, [Symbol.dispose]: () => {} }
  let done = 0
  let lines: string[] = []
  const erase = (): void => {
    screen.write(eraseLines(lines, screen))
    lines = []
  }
  const draw = (): void => {
    erase()
    lines = [`${done} of ${plural(total, 'image')} planned`]
    screen.write(`${lines[0]}\n`)
  }
  draw()
  return {
    step() {
      done++
      draw()
    },
    [Symbol.dispose]: erase,
  }
}
