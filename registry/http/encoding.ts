/** Content that was encoded on its way has other bytes than its digest is of. */
import { RegistryError } from '../model/errors.ts'
import type { WireResponse } from './transport.ts'

/**
 * We ask for `identity`. Some proxies compress nevertheless; decoding it again would hide what was really served.
 * https://github.com/opencontainers/distribution-spec/issues/235
 */
export function refuseEncoding({ headers }: WireResponse, what: string): void {
  const encoding = headers['content-encoding']
  if (encoding === undefined || encoding === 'identity') return
  throw new RegistryError(
    `${what} was served with Content-Encoding ${encoding}, although it was not asked for`,
    {
      kind: 'invalidContent',
    },
  )
}
