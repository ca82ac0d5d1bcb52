/** Task services of the workflow, each with its local implementation. */
import { StatesErrorName } from '../mirror/aws-error-name.ts'
import type { AssumedRole } from './cloud.ts'
import type { Stack } from './deploy.ts'
import { StatesError } from './states-error.ts'
import type { Services } from './stepfunctions/engine.ts'
import { publishTask } from './topic.ts'

/** @param acting - with the role of the state machine */
export function servicesOf(stack: Stack, { sns, record }: AssumedRole): Services {
  return async ({ resource, input, signal }) => {
    const fn = stack.functions.get(resource)
    if (fn) {
      record('lambda', 'InvokeFunction', resource)
      return fn.invoke(input, signal)
    }
    // The partition depends on the template.
    switch (resource.replace(/^arn:[^:]+:/, '')) {
      case 'states:::codebuild:startBuild.sync':
        record('codebuild', 'StartBuild', stack.codebuild.projectArn)
        return stack.codebuild.startBuildSync(input, signal)
      case 'states:::sns:publish':
        return publishTask(input, sns)
      default:
        throw new StatesError(StatesErrorName.Runtime, `the local run has no service for ${resource}`)
    }
  }
}
