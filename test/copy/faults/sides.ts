// Both ends of copies that meet faults: a registry to read from, and one whose content can be looked up without our client.
import type { Builder } from '../../../local/upstream/builder.ts'
import type { Descriptor } from '../../../registry/model/manifest.ts'
import type { Faults } from '../../support/faults.ts'
import type { Listening } from '../../support/listen.ts'

export interface Side extends Listening {
  readonly faults: Omit<Faults, 'listener'>
  requests(): number
}

/** Where copies come from. */
export interface Source extends Side {
  /** Puts images there, before there are any faults. */
  fill(repository: string, make: (build: Builder) => Promise<Descriptor[]>): Promise<Descriptor[]>
}

/** Where copies go, and what has really arrived there: looked up without our client. */
export interface Target extends Side {
  /** The digest behind a tag; undefined when there is no such tag. */
  tag(repository: string, tag: string): Promise<string | undefined>
  /** Digests under this one that are missing, or whose bytes are not what they should be. */
  broken(repository: string, digest: string): Promise<string[]>
  forget(repository: string): Promise<void>
}

export interface Sides {
  readonly source: Source
  readonly target: Target
}
