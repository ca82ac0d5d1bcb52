// Adds bearer authentication to a server.
import type { RequestListener } from 'node:http'
import { sendError } from '../../local/aws/registry/exchange.ts'
import { OciError } from '../../local/aws/registry/oci-error.ts'
import type { TokenAuth } from './token-auth.ts'

const REPOSITORY = /^\/v2\/(.+)\/(?:manifests|blobs|tags|referrers)\//

export function tokenGate(auth: TokenAuth, handler: RequestListener): RequestListener {
  return (request, response) => {
    void auth.answer(request, response).then((answered) => {
      if (answered) return
      const reads = request.method === 'GET' || request.method === 'HEAD'
      const repository = REPOSITORY.exec(request.url ?? '')?.[1]
      try {
        auth.check(request, [{ repository, actions: reads ? ['pull'] : ['pull', 'push'] }])
      } catch (error) {
        if (!(error instanceof OciError)) throw error
        return sendError({ request, response }, error)
      }
      handler(request, response)
    })
  }
}
