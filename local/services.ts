/** The services that the tasks of the workflow call, each answered by its own stand-in. */
import type { SNSClient } from '@aws-sdk/client-sns'
import type { Stack } from './deploy.ts'
import type { Services } from './engine.ts'
import { StatesError } from './states-error.ts'
import { publishTask } from './topic.ts'

export function servicesOf(stack: Stack, sns: SNSClient): Services {
  return async ({ resource, input, signal }) => {
    const fn = stack.functions.get(resource)
    if (fn) return fn.invoke(input, signal)
    // The partition is whatever the template says.
    switch (resource.replace(/^arn:[^:]+:/, '')) {
      case 'states:::codebuild:startBuild.sync':
        return stack.codebuild.startBuildSync(input, signal)
      case 'states:::sns:publish':
        return publishTask(input, sns)
      default:
        throw new StatesError('States.Runtime', `the local run has no service for ${resource}`)
    }
  }
}
