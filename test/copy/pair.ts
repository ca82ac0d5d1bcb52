// A source and a target, both real registries, and a copier between them.
import { expect } from 'vitest'
import type { CopyContext } from '../../copy/attempt.ts'
import { type CopyResult, copyTag } from '../../copy/copy.ts'
import { createLimit } from '../../copy/limit.ts'
import { createPlaces } from '../../copy/places.ts'
import { createTarget } from '../../copy/target.ts'
import type { Quirks } from '../../local/aws/registry/policy.ts'
import type { Builder } from '../../local/upstream/builder.ts'
import type { Artifact } from '../../mirror/documents.ts'
import type { Descriptor } from '../../registry/model/manifest.ts'
import { closureOf } from './images.ts'
import { startRegistry, type TestRegistry } from './registries.ts'

export const FROM = 'library/app'
export const TO = 'mirror/app'

export interface TestPair extends AsyncDisposable {
  readonly source: TestRegistry
  readonly target: TestRegistry
  /** Images at the source. */
  readonly build: Builder
  /** A new job, as in a new process. */
  newJob(): Promise<CopyContext>
  copy(root: Descriptor, tag?: string, more?: CopyOptions): Promise<CopyResult>
  tagsAtTarget(): Promise<string[]>
  /** Checks that the tag has this digest at the target, with complete and correct content. */
  expectWhole(root: Descriptor, tag: string): Promise<void>
}

export interface CopyOptions {
  readonly artifacts?: readonly Artifact[]
  /** @default - a new one */
  readonly job?: CopyContext
}

export async function startPair(targetQuirks: Quirks = {}, sourceQuirks: Quirks = {}): Promise<TestPair> {
  const [source, target] = await Promise.all([startRegistry(sourceQuirks), startRegistry(targetQuirks)])
  const newJob = async (): Promise<CopyContext> => ({
    places: createPlaces([() => source.open(FROM)]),
    target: createTarget(await target.open(TO)),
    limit: createLimit(),
  })
  return {
    source,
    target,
    newJob,
    build: await source.build(FROM),
    async copy(root, tag, { artifacts = [], job } = {}) {
      return copyTag(job ?? (await newJob()), { root, artifacts, ...(tag === undefined ? {} : { tag }) })
    },
    tagsAtTarget: async () => [...(await target.store.tags.all(TO)).keys()],
    async expectWhole(root, tag) {
      expect(await target.store.tags.find(TO, tag)).toBe(root.digest)
      const wanted = await closureOf(source.store, FROM, root.digest)
      expect(await closureOf(target.store, TO, root.digest)).toEqual(wanted)
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([source[Symbol.asyncDispose](), target[Symbol.asyncDispose]()])
    },
  }
}
