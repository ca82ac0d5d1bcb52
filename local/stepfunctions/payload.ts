/**
 * The payload limit of Step Functions: the maximum size of inputs and outputs of states.
 * https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
 */
import { StatesErrorName } from '../../mirror/aws-error-name.ts'
import { asArray, isObject, type Json, type JsonObject } from '../json.ts'
import { StatesError } from '../states-error.ts'

export const MAX_PAYLOAD_BYTES = 262_144

export function payloadBytes(value: Json): number {
  return Buffer.byteLength(JSON.stringify(value) ?? '')
}

/**
 * Fails a task whose result is too large. `States.ALL` does not match this error; only its own name does:
 * https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
 */
export function checkResult(name: string, state: JsonObject, result: Json): Json {
  const bytes = payloadBytes(result)
  if (bytes <= MAX_PAYLOAD_BYTES) return result
  throw new StatesError(
    StatesErrorName.DataLimitExceeded,
    `The state/task '${name}' returned a result of ${bytes} bytes; the limit is ${MAX_PAYLOAD_BYTES}.`,
    {
      retryable: names(state.Retry, StatesErrorName.DataLimitExceeded),
      catchable: names(state.Catch, StatesErrorName.DataLimitExceeded),
    },
  )
}

function names(matchers: Json | undefined, error: string): boolean {
  return asArray(matchers)
    .filter(isObject)
    .some((matcher) => asArray(matcher.ErrorEquals).includes(error))
}
