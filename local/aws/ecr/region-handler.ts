/** The registry of one region: ECR's variant of the protocol, which records each request as its API call. */
import type { Digest } from '../../../registry/model/reference.ts'
import { answerFault, type Call, type CallLog, type OnRequest, throttled } from '../call.ts'
import { createRegistryHandler, type Handler } from '../registry/handler.ts'
import { ecrAuthenticator } from './authenticator.ts'
import { type ImageEvent, pushEvents } from './image-event.ts'
import { ecrQuirks } from './quirks.ts'
import type { EcrRegion } from './region.ts'
import { actionsOf } from './registry-actions.ts'
import { type Issuer, passwordOf } from './tokens.ts'

export interface RegionHandlerOptions {
  readonly registry: EcrRegion
  readonly tokens: Issuer
  readonly log: CallLog
  /** The URL that serves the bytes of a layer. */
  redirectLayer(repository: string, digest: Digest): string
  /** Returns the reason if the registry denies a call to the caller. @default - it denies nothing */
  denies?(accessKeyId: string, action: string, resource: string): string | undefined
  readonly onRequest?: OnRequest
  readonly onEvent?: (event: ImageEvent) => void
  readonly anonymousPull?: boolean
  readonly putImagesPerSecond?: number
  readonly now?: () => number
}

export function createRegionHandler(options: RegionHandlerOptions): Handler {
  const { registry, tokens, log, onRequest } = options
  const auth = ecrAuthenticator(registry.region, tokens, {
    anonymousPull: options.anonymousPull ?? false,
    denies: (accessKeyId, request) => {
      const calls = actionsOf(request).filter(({ action }) => action !== undefined)
      const denials = calls.map(({ action = '', repository }) => {
        const resource = repository === undefined ? '*' : registry.repositoryArn(repository)
        return options.denies?.(accessKeyId, action, resource)
      })
      return denials.find((denial) => denial !== undefined)
    },
  })
  const quirks = ecrQuirks(registry, auth, {
    redirectBlob: options.redirectLayer,
    onPushed(push) {
      for (const event of pushEvents(registry, push)) options.onEvent?.(event)
    },
  })
  const handle = createRegistryHandler({ store: registry.store, quirks })
  const mayPut = perSecond(options.putImagesPerSecond ?? Number.POSITIVE_INFINITY, options.now ?? Date.now)

  return async (request, response) => {
    const password = passwordOf(request.headers.authorization)
    const about = {
      at: new Date().toISOString(),
      service: 'ecr',
      region: registry.region,
      accessKeyId: password === undefined ? undefined : tokens.read(password)?.accessKeyId,
      by: 'registry',
    } as const
    for (const { action, repository } of actionsOf(request)) {
      const resource = repository === undefined ? '*' : registry.repositoryArn(repository)
      const call: Call = { ...about, action, resource }
      log.record(call)
      const fault =
        (await onRequest?.(call)) ?? (action === 'PutImage' && !mayPut() ? throttled(call) : undefined)
      if (fault) return answerFault(fault, request, response)
    }
    await handle(request, response)
  }
}

/** A token bucket with a capacity of one second. */
function perSecond(limit: number, now: () => number): () => boolean {
  let tokens = limit
  let at = now()
  return () => {
    if (limit === Number.POSITIVE_INFINITY) return true
    const time = now()
    tokens = Math.min(limit, tokens + ((time - at) / 1000) * limit)
    at = time
    if (tokens < 1) return false
    tokens -= 1
    return true
  }
}
