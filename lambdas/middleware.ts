/**
 * Middleware of all handlers: validates the input, adds run and image to every log line, and gives errors a name that
 * Step Functions can match and a message that is short enough to travel.
 */
import { Logger } from '@aws-lambda-powertools/logger'
import type { MiddlewareObj } from '@middy/core'
import * as z from 'zod'
import { ErrorName } from '../mirror/error-name.ts'
import { describeFailure, type Failure, shortened } from '../mirror/failure.ts'
import { SERVICE } from '../mirror/metric-names.ts'

/** Bounds errors so that those of thirty failed regions fit into the 256 KiB of a state. */
const MAX_MESSAGE = 1_000

/** Ends the function shortly before Lambda does, so that the error has a name. */
export const beforeTimeout = {
  timeoutEarlyInMillis: 2_000,
  timeoutEarlyResponse(): never {
    const error = new Error('the function ran out of time')
    error.name = ErrorName.TimeoutError
    throw error
  },
}

export function createLogger(): Logger {
  return new Logger({ serviceName: SERVICE })
}

/** Validates the input, and adds its identifiers to every log line. */
export function checkedInput<T extends z.ZodType>(
  schema: T,
  logger: Logger,
  keysOf: (input: z.output<T>) => Record<string, string>,
): MiddlewareObj {
  return {
    before(request) {
      const input = schema.safeParse(request.event)
      if (!input.success) {
        throw new Error(`the state machine passed invalid input: ${z.prettifyError(input.error)}`)
      }
      request.event = input.data
      logger.appendKeys(keysOf(input.data))
    },
  }
}

/** Logs the complete error, and passes its name and the start of its message to Step Functions. */
export function shortErrors(logger: Logger, maxMessage = MAX_MESSAGE): MiddlewareObj {
  return {
    onError(request) {
      const failure = describeFailure(request.error)
      logger.error(failure.message, { failure: failure.name, error: request.error })
      request.error = trimmed(failure, maxMessage)
    },
  }
}

/** Removes the stack, which Lambda would put into the payload. The log has it. */
function trimmed({ name, message }: Failure, maxMessage: number): Error {
  const error = new Error(shortened(message, maxMessage))
  error.name = name
  error.stack = ''
  return error
}
