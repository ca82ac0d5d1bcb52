/** The part of an index's entry that later runs need. Without a schema, so that `copy` starts without loading any. */
import type { Descriptor } from '../../../registry/model/manifest.ts'
import { predicateAnnotations } from '../../artifacts/kinds.ts'
import type { StoredEntry } from './remembered.ts'

export type IndexEntry = Pick<Descriptor, 'digest' | 'mediaType' | 'size' | 'artifactType' | 'annotations'>

/** Keeps only the properties that identify the entry and its kind, because annotations can be megabytes. */
export function entryOf({ digest, mediaType, size, artifactType, annotations }: StoredEntry): IndexEntry {
  const kept = predicateAnnotations(annotations)
  return {
    digest,
    mediaType,
    size,
    ...(artifactType === undefined ? {} : { artifactType }),
    ...(kept === undefined ? {} : { annotations: kept }),
  }
}
