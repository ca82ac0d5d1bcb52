// The members of an index.
import { expect, test } from 'vitest'
import { membersOf } from '../../../mirror/platforms/members.ts'
import { attestation, contentInMemory, entry, entryFor } from './content.ts'

const content = contentInMemory()

test('images have a platform, attestations a subject, and other content neither', async () => {
  const amd = entry('amd64', 'linux/amd64')
  const sbom = entry('sbom', undefined, { artifactType: 'application/spdx+json' })
  const index = content.index([amd, attestation(amd), sbom])
  expect(await membersOf(index, content.reader)).toEqual([
    { descriptor: amd, platform: 'linux/amd64' },
    { descriptor: attestation(amd), about: amd.digest },
    { descriptor: sbom },
  ])
  expect(content.asked).toEqual([])
})

test('a nested index and a config are read where they are needed', async () => {
  const image = entryFor(content.image({ os: 'linux', architecture: 'arm64' }))
  const inner = entryFor(content.index([image]))
  content.asked.length = 0
  expect(await membersOf(content.index([inner]), content.reader)).toEqual([
    { descriptor: image, platform: 'linux/arm64' },
  ])
  expect(content.asked).toEqual([inner.digest, image.digest, expect.stringMatching(/^sha256:/)])
})

test('an index with an entry that is no descriptor is refused', async () => {
  const index = content.index([{ mediaType: 'application/vnd.oci.image.manifest.v1+json' }])
  await expect(membersOf(index, content.reader)).rejects.toThrow('has a descriptor without')
})
