/** How much of a run the deployed state machine does at a time. */
import type { StackContent } from './stack-content.ts'

export interface Concurrency {
  readonly images: number
  /** Targets of an image. */
  readonly targets: number
}

/** How many images, and targets of each image, the deployed state machine handles at a time. */
export function concurrencyOf(stack: StackContent): Concurrency {
  const [machine] = stack.resources('AWS::StepFunctions::StateMachine')
  const definition: unknown = JSON.parse(String(stack.resolve(machine?.properties.DefinitionString)))
  // The Map of images contains that of waves, which contains that of targets.
  const [images = 1, _waves, targets = 1] = concurrencies(definition)
  return { images, targets }
}

/** The `MaxConcurrency` of nested Maps, outermost first. */
function concurrencies(value: unknown): number[] {
  if (typeof value !== 'object' || value === null) return []
  const inner = Object.values(value).flatMap(concurrencies)
  return 'MaxConcurrency' in value ? [Number(value.MaxConcurrency), ...inner] : inner
}
