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

/** Fails a task whose result is too large. */
export function checkResult(name: string, state: JsonObject, result: Json): Json {
  return check(result, state, (bytes) => `The state/task '${name}' returned a result of ${bytes} bytes`)
}

/** Fails a task whose input is too large after `Parameters`. */
export function checkInput(name: string, state: JsonObject, input: Json): void {
  check(input, state, (bytes) => `The state/task '${name}' has an input of ${bytes} bytes after Parameters`)
}

/**
 * `States.ALL` does not match this error; only its own name does:
 * https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
 */
function check(value: Json, state: JsonObject, words: (bytes: number) => string): Json {
  const bytes = payloadBytes(value)
  if (bytes <= MAX_PAYLOAD_BYTES) return value
  throw new StatesError(
    StatesErrorName.DataLimitExceeded,
    `${words(bytes)}; the limit is ${MAX_PAYLOAD_BYTES}.`,
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
