/** What to do about a resource of a stack that someone has deleted. */
import { type Context, deployCommand } from './context.ts'
import type { Remedy } from './document.ts'

export function restore(context: Context): Remedy {
  return {
    remedy: 'CloudFormation does not restore it: delete the stack and deploy it again.',
    command: deployCommand(context),
  }
}
