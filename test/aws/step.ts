// One step of a trial.
import type { World } from './world.ts'

export interface Step {
  readonly name: string
  /** @returns what it has proved. @throws Error that says what AWS did instead */
  run(world: World): Promise<string>
}
