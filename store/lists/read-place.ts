/** Reads the places that a list names, each with a client of its own that is loaded when it is needed. */
import type { ReadPlace } from '../../mirror/list/elsewhere/fetched.ts'
import { readObject } from '../read-object.ts'
import { s3 } from '../work-bucket.ts'

export interface PlaceOptions {
  /** Where parameters and tables are. @default - the SDK's region */
  readonly region?: string
}

export function openPlaces({ region }: PlaceOptions = {}): ReadPlace {
  const options = region === undefined ? {} : { region }
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
