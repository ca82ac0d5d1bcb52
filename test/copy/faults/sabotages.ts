// Sabotages of the copier that the reliability figures must notice.
import type { Sabotage } from '../sabotage.ts'

export const SABOTAGES: readonly Sabotage[] = [
  {
    name: 'blobs are not checked against their digest',
    file: 'registry/model/verify.ts',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: this is code, not text
    replace: 'if (digest.endsWith(`:${actual}`)) return',
    by: 'if (actual !== undefined) return',
  },
  {
    name: 'manifests are not checked against their digest',
    file: 'registry/manifests/get.ts',
    replace: 'if (isDigest(reference) && digest !== reference) {',
    by: 'if (reference === undefined) {',
  },
  {
    name: 'the tag is written first',
    file: 'copy/copy.ts',
    replace: 'const missing = await copyMissing(started, root, held, early)',
    by: `if (tag !== undefined) {
      const read = await started.places.manifest(root.digest)
      await started.target.repository.putManifest(read, tag)
    }
    const missing = await copyMissing(started, root, held, early)`,
  },
  {
    name: 'the error of a part is swallowed',
    file: 'copy/attempt.ts',
    replace: 'if (failures.length === 0) return values',
    by: 'if (failures.length >= 0) return values',
  },
]
