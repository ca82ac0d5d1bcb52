// Classifies artifacts by their properties in registry listings.
import { expect, test } from 'vitest'
import { type Described, isOfType, kindsOf, predicateTypeOf } from '../../../mirror/artifacts/kinds.ts'

const MANIFEST = 'application/vnd.oci.image.manifest.v1+json'
const HEX = 'a'.repeat(64)
const SIGN = 'https://sigstore.dev/cosign/sign/v1'
const BUNDLE = 'application/vnd.dev.sigstore.bundle.v0.3+json'

test.each<[string, Omit<Described, 'mediaType'>, string[]]>([
  ['a signature behind a tag of cosign', { tag: `sha256-${HEX}.sig` }, ['signature']],
  ['an attestation behind a tag of cosign', { tag: `sha256-${HEX}.att` }, ['attestation']],
  ['an SBOM behind a tag of cosign', { tag: `sha256-${HEX}.sbom` }, ['sbom']],
  [
    'a signature of cosign as a referrer',
    { artifactType: 'application/vnd.dev.cosign.artifact.sig.v1+json' },
    ['signature'],
  ],
  [
    'a signature of Notation or AWS Signer',
    { artifactType: 'application/vnd.cncf.notary.signature' },
    ['signature'],
  ],
  ['a bundle with a signature', { artifactType: BUNDLE, predicateType: SIGN }, ['signature']],
  [
    'a bundle with provenance',
    { artifactType: BUNDLE, predicateType: 'https://slsa.dev/provenance/v1' },
    ['attestation'],
  ],
  [
    'a bundle with an SBOM',
    { artifactType: BUNDLE, predicateType: 'https://spdx.dev/Document/v2.3' },
    ['attestation', 'sbom'],
  ],
  ['a bundle that does not say what it is', { artifactType: BUNDLE }, []],
  [
    'a bundle of an older version with a signature',
    { artifactType: 'application/vnd.dev.sigstore.bundle+json;version=0.3', predicateType: SIGN },
    ['signature'],
  ],
  ['an SBOM in SPDX', { artifactType: 'application/spdx+json' }, ['sbom']],
  ['an SBOM in CycloneDX', { artifactType: 'application/vnd.cyclonedx+json' }, ['sbom']],
  ['an in-toto statement', { artifactType: 'application/vnd.in-toto+json' }, ['attestation']],
  [
    'an in-toto statement of an SBOM',
    { artifactType: 'application/vnd.in-toto+json', predicateType: 'https://cyclonedx.org/bom' },
    ['attestation', 'sbom'],
  ],
  ['a Helm chart', { artifactType: 'application/vnd.cncf.helm.config.v1+json' }, []],
  ['a predicate that only looks like an SBOM', { predicateType: 'https://spdx.dev/Documentary' }, []],
])('%s is one of: %s', (_, about, kinds) => {
  expect([...kindsOf({ mediaType: MANIFEST, ...about })].sort()).toEqual(kinds)
})

test('a type is a kind or a media type, in whatever case', () => {
  const sbom = { mediaType: MANIFEST, artifactType: 'application/spdx+json' }
  expect(
    ['sbom', 'application/spdx+json', 'Application/SPDX+json'].map((type) => isOfType(sbom, type)),
  ).toEqual([true, true, true])
  expect(['signature', 'application/spdx', MANIFEST].map((type) => isOfType(sbom, type))).toEqual([
    false,
    false,
    false,
  ])
  const tagged = { mediaType: MANIFEST, tag: `sha256-${HEX}.sig` }
  expect(isOfType(tagged, 'application/vnd.dev.cosign.simplesigning.v1+json')).toBe(true)
})

test.each([[undefined], [null], ['text'], [[]], [{ 'dev.sigstore.bundle.predicateType': 5 }], [{}]])(
  'annotations %j name no predicate',
  (annotations) => expect(predicateTypeOf(annotations)).toBeUndefined(),
)

test('the predicate type of a foreign list is bounded', () => {
  expect(predicateTypeOf({ 'in-toto.io/predicate-type': 'x'.repeat(5_000) })).toHaveLength(200)
})
