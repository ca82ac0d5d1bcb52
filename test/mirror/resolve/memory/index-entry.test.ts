// The cached properties of an index's entries.
import { expect, test } from 'vitest'
import { entryOf } from '../../../../mirror/resolve/memory/index-entry.ts'
import { rememberedSchema } from '../../../../mirror/resolve/memory/remembered.ts'
import { descriptorOf } from '../sources.ts'

test('an entry keeps what says what it is, and no other annotation', () => {
  const sign = { 'dev.sigstore.bundle.predicateType': 'https://sigstore.dev/cosign/sign/v1' }
  const entry = { ...descriptorOf('bundle'), artifactType: 'application/x' }
  const kept = entryOf({ ...entry, annotations: { ...sign, 'org.example.sbom': 'x'.repeat(1_000_000) } })
  expect(kept).toEqual({ ...entry, annotations: sign })
  expect(entryOf({ ...entry, annotations: { a: 'b' } })).toEqual(entry)
  expect(rememberedSchema.parse({ indexes: { index: [kept] }, platforms: {} }).indexes.index).toEqual([kept])
})
