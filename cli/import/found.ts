/** What an importer finds in the file of another tool, before it becomes a list. */
import type { Image, List } from '../../mirror/list/config.ts'
import type { Tags } from '../../mirror/list/tags/schema.ts'
import type { RepositoryRef } from '../../registry/model/reference.ts'

/** A place that an image goes to. */
export interface Destination extends RepositoryRef {
  /** A name other than the tag at the source. */
  readonly tag?: string | undefined
}

export interface Note {
  /** In the file that is imported. */
  readonly line?: number | undefined
  readonly text: string
}

export interface FoundImage {
  readonly line: number
  readonly source: RepositoryRef
  /** One tag or digest. */
  readonly tag?: string | undefined
  readonly digest?: string | undefined
  /** Selects tags if there is neither `tag` nor `digest`. */
  readonly tags?: Tags | undefined
  /** Empty if the file does not say where images go. */
  readonly to: readonly Destination[]
  /** The repository's name where `to` is empty. */
  readonly name?: string | undefined
  readonly settings?: Pick<Image, 'platforms' | 'as' | 'artifacts' | 'schedule' | 'expires'>
  /** What has no counterpart here: each is a comment before the image. */
  readonly notes?: readonly string[]
  /** Comments that report no loss. */
  readonly comments?: readonly string[]
}

/** An entry of the file that cannot become an image: a comment in its place. */
export interface Skipped {
  readonly line: number
  readonly skipped: string
}

export interface Found {
  readonly images: readonly (FoundImage | Skipped)[]
  /** What concerns the whole file: comments at the top. */
  readonly notes?: readonly Note[]
  readonly comments?: readonly string[]
  readonly settings?: Partial<Pick<List, 'prefix' | 'schedule' | 'rateLimit' | 'repositories'>>
  /** Registries that the tool asks with credentials. */
  readonly withCredentials?: readonly { readonly registry: string; readonly line: number }[]
}
