/**
 * What all handlers share: input checked by the contract, run and image in every log line, errors that Step
 * Functions can tell apart by name and that are short enough to travel.
 */
import { Logger } from '@aws-lambda-powertools/logger'
import type { MiddlewareObj } from '@middy/core'
import * as z from 'zod'
import { ErrorName } from '../mirror/error-name.ts'
import { describeFailure, type Failure, shortened } from '../mirror/failure.ts'
import { SERVICE } from '../mirror/metric-names.ts'

/** Thirty failed regions, each with its error, have to fit into 256 KiB of state. */
const MAX_MESSAGE = 1_000

/** The function's own end comes a little before Lambda's, while there is time to say so. */
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

/** Parses the input, and puts what identifies it into every log line. */
export function checkedInput<T extends z.ZodType>(
  schema: T,
  logger: Logger,
  keysOf: (input: z.output<T>) => Record<string, string>,
): MiddlewareObj {
  return {
    before(request) {
      const input = schema.safeParse(request.event)
      if (!input.success) {
        throw new Error(`the state machine called this function wrongly: ${z.prettifyError(input.error)}`)
      }
      request.event = input.data
      logger.appendKeys(keysOf(input.data))
    },
  }
}

/** Logs an error in full, and lets Step Functions see its name and the start of its message. */
export function shortErrors(logger: Logger, maxMessage = MAX_MESSAGE): MiddlewareObj {
  return {
    onError(request) {
      const failure = describeFailure(request.error)
      logger.error(failure.message, { failure: failure.name, error: request.error })
      request.error = trimmed(failure, maxMessage)
    },
  }
}

/** The runtime puts the stack into the payload: it has been logged, and is left out. */
function trimmed({ name, message }: Failure, maxMessage: number): Error {
  const error = new Error(shortened(message, maxMessage))
  error.name = name
  error.stack = ''
  return error
}
