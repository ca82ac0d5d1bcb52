// Checks the reliability figures: sabotages the copier and expects the figures to be missed. `node
// test/copy/faults/sabotage.ts` exits with 1 if it misses a sabotage.
import { expectNoticed, type Sabotage } from '../sabotage.ts'

const SABOTAGES: readonly Sabotage[] = [
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
    replace: 'const missing = await bringMissing(',
    by: `if (tag !== undefined) {
      const read = await started.places.manifest(root.digest)
      await started.target.repository.putManifest(read, tag)
    }
    const missing = await bringMissing(`,
  },
  {
    name: 'the error of a part is swallowed',
    file: 'copy/attempt.ts',
    replace: 'if (failures.length === 0) return values',
    by: 'if (failures.length >= 0) return values',
  },
]

expectNoticed(SABOTAGES, { command: ['test/copy/faults/main.ts', '400'], finding: 'MISSED' })
