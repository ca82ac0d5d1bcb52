/** The context that all requests of one repository share. */

import type { TrafficCounter } from '../http/traffic.ts'
import type { Connection } from './connection.ts'

export interface Site {
  /** For messages: `docker.io/library/redis`. */
  readonly name: string
  readonly repository: string
  readonly connection: Connection
  readonly traffic: TrafficCounter
  /** Token scopes for reading and for writing. */
  readonly pull: readonly string[]
  readonly push: readonly string[]
  /** The registry's behavior, as observed. */
  readonly traits: {
    /** The registry supports HEAD for manifests, so a refused one is about that manifest. */
    answersHeads: boolean
  }
  /** `/v2/<repository>/<rest>` at the registry. */
  url(rest: string): URL
}

export function createSite(
  registry: string,
  repository: string,
  connection: Connection,
  traffic: TrafficCounter,
): Site {
  return {
    name: `${registry}/${repository}`,
    repository,
    connection,
    traffic,
    pull: [pullScope(repository)],
    push: [`repository:${repository}:pull,push`],
    traits: { answersHeads: false },
    url: (rest) => new URL(`/v2/${repository}/${rest}`, connection.base),
  }
}

export function pullScope(repository: string): string {
  return `repository:${repository}:pull`
}
