/** Network settings of the AWS SDK's clients for commands: the proxy, and an end to waiting. By default, they wait forever. */
import { sdkProxy } from '../../../registry/http/proxy.ts'

interface Timeouts {
  readonly connectMs?: number
  /** Until the response begins. */
  readonly answerMs?: number
}

/** For each of the three attempts of a client. */
export function clientNetwork({ connectMs = 5_000, answerMs = 30_000 }: Timeouts = {}) {
  return {
    requestHandler: {
      connectionTimeout: connectMs,
      requestTimeout: answerMs,
      throwOnRequestTimeout: true,
      ...sdkProxy().requestHandler,
    },
  }
}
