/** Reads the places that a list names, each with a client of its own that is loaded when it is needed. */
import type { S3ClientConfig } from '@aws-sdk/client-s3'
import type { ReadPlace } from '../../mirror/list/elsewhere/fetched.ts'
import { readObject } from '../read-object.ts'
import { s3 } from '../work-bucket.ts'

export interface PlaceOptions {
  /** Where parameters and tables are. @default - the SDK's region */
  readonly region?: string
  /** @default - the proxy of the environment, and no timeouts */
  readonly requestHandler?: NonNullable<S3ClientConfig['requestHandler']>
}

export function openPlaces(options: PlaceOptions = {}): ReadPlace {
  return async (place, name) => {
    switch (place.kind) {
      case 'object': {
        const { text, version } = await readObject(s3(options), name)
        return [{ name, version, content: { text } }]
      }
      case 'parameter':
      case 'path':
        return (await import('./parameters.ts')).readParameters(place, name, options)
      case 'table':
        return (await import('./table.ts')).readTable(place.table, name, options)
    }
  }
}
