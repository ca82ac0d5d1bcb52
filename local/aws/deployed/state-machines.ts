/**
 * State machines as stacks have deployed them, without their definitions, which the template has.
 * https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeStateMachine.html
 */
import { isObject } from '../../json.ts'
import type { Hosted } from './hosted.ts'
import { findResource } from './stack-resources.ts'

/** @returns undefined if there is none with this ARN */
export function describeStateMachine(
  hosted: Pick<Hosted, 'stacks' | 'account'>,
  stateMachineArn: string,
): object | undefined {
  const [, , , region] = stateMachineArn.split(':')
  const found = findResource(hosted, region, 'AWS::StepFunctions::StateMachine', stateMachineArn)
  if (found === undefined) return undefined
  const { LoggingConfiguration: logging, TracingConfiguration: tracing } = found.properties
  const { logLevels, untraced } = hosted.account
  const asDeployed = isObject(logging) ? logging.Level : undefined
  return {
    stateMachineArn,
    name: stateMachineArn.split(':').at(-1),
    status: 'ACTIVE',
    type: 'STANDARD',
    creationDate: Date.parse('2026-11-01T00:00:00Z') / 1000,
    loggingConfiguration: { level: logLevels.get(stateMachineArn) ?? asDeployed ?? 'OFF' },
    tracingConfiguration: {
      enabled: isObject(tracing) && tracing.Enabled === true && !untraced.has(stateMachineArn),
    },
  }
}
