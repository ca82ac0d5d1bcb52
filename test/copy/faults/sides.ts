// The two sides of copies with faults: a source, and a target whose content is read without our client.
import type { Builder } from '../../../local/upstream/builder.ts'
import type { Descriptor } from '../../../registry/model/manifest.ts'
import type { Faults } from '../../support/faults.ts'
import type { Listening } from '../../support/listen.ts'

export interface Side extends Listening {
  readonly faults: Omit<Faults, 'listener'>
  requests(): number
}

/** The source side. */
export interface Source extends Side {
  /** Stores images, before any faults. */
  fill(repository: string, make: (build: Builder) => Promise<Descriptor[]>): Promise<Descriptor[]>
}

/** The target side, whose content is read without our client. */
export interface Target extends Side {
  /** The digest of a tag; undefined if the tag does not exist. */
  tag(repository: string, tag: string): Promise<string | undefined>
  /** Digests under this one that are missing or whose bytes are wrong. */
  broken(repository: string, digest: string): Promise<string[]>
  forget(repository: string): Promise<void>
}

export interface Sides {
  readonly source: Source
  readonly target: Target
}
