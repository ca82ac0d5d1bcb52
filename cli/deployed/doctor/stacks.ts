/** The stacks of the mirror: its own, and those that forward pushes from other regions. */
import type { Context } from './context.ts'
import type { StackContent, StackResource } from './stack-content.ts'

/** Without the stacks that are missing, which the check of push stacks reports. */
export async function stacksOf(context: Context): Promise<readonly StackContent[]> {
  const { push } = await context.list()
  const from = (push?.from ?? []).filter((region) => region !== context.stack.region)
  const others = await Promise.all(from.map((region) => context.pushStack(region)))
  return [context.stack, ...others.filter((stack) => stack !== undefined)]
}

/** A resource, and the region of its stack. */
export interface PlacedResource extends StackResource {
  readonly region: string
}

/** The resources of a type in all stacks of the mirror. */
export async function resourcesOf(context: Context, type: string): Promise<readonly PlacedResource[]> {
  const stacks = await stacksOf(context)
  return stacks.flatMap(({ region, resources }) => resources(type).map((one) => ({ ...one, region })))
}
