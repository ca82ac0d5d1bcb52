// Seeded content of a source: small images of all shapes, their artifacts and their tags.

import { MediaType } from '../../../registry/model/manifest.ts'
import { type Chance, digestOf, type Entry, layersOf, type Shelf } from './shelf.ts'

export interface World {
  readonly shelf: Shelf
  /** The tag list, in order. */
  readonly listed: readonly string[]
  /** Digests by tag. A listed tag without a digest has been deleted. */
  readonly tags: ReadonlyMap<string, string>
  /** Artifacts by subject. */
  readonly artifacts: ReadonlyMap<string, readonly Entry[]>
  /** Whether the source has the referrers API. Otherwise artifacts are listed under `sha256-<hex>`. */
  readonly hasReferrers: boolean
  readonly pageSize: number
}

const { ociIndex, ociManifest, dockerManifest, dockerList, emptyJson } = MediaType
const OCI_LAYER = 'application/vnd.oci.image.layer.v1.tar+gzip'
const DOCKER_LAYER = 'application/vnd.docker.image.rootfs.diff.tar.gzip'
const ELSEWHERE = [
  'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip',
  'application/vnd.oci.image.layer.nondistributable.v1.tar',
  'application/vnd.oci.image.layer.nondistributable.v1.tar+gzip',
  'application/vnd.oci.image.layer.nondistributable.v1.tar+zstd',
] as const
const COSIGN = ['.sig', '.att', '.sbom'] as const
const OTHER_SUFFIXES = ['.cosign.bundle', '.sig', '.vex'] as const

export function makeWorld(chance: Chance, shelf: Shelf): World {
  const images = Array.from({ length: chance.between(1, 4) }, () => makeImage(chance, shelf))
  const tags = new Map<string, string>()
  const names = Array.from({ length: chance.between(1, 7) }, (_, index) => `v${index}.${chance.below(100)}`)
  for (const name of names) tags.set(name, chance.pick(images as [Entry, ...Entry[]]).digest)
  const artifacts = new Map<string, Entry[]>()
  const hasReferrers = chance.is(0.5)
  if (chance.is(0.6)) {
    const subjects = [...images, ...images.flatMap((image) => childrenOf(shelf, image))]
    for (let made = chance.between(1, 3); made > 0; made--) {
      const subject = chance.pick(subjects as [Entry, ...Entry[]])
      if (chance.is(0.5)) refer(chance, shelf, subject, artifacts)
      else tags.set(subject.digest.replace(':', '-') + chance.pick(COSIGN), makePlain(chance, shelf).digest)
    }
  }
  if (!hasReferrers) {
    for (const [subject, manifests] of artifacts) {
      tags.set(subject.replace(':', '-'), shelf.manifest(ociIndex, { manifests }).digest)
    }
  }
  // Artifacts of deleted images, or of unknown tools.
  if (chance.is(0.3)) {
    const name = digestOf(Buffer.from(`${chance.below(1e9)}`)).replace(':', '-')
    tags.set(name + chance.pick(OTHER_SUFFIXES), makePlain(chance, shelf).digest)
  }
  const gone = chance.is(0.3) ? [`gone.${chance.below(100)}`] : []
  const listed = [...tags.keys(), ...gone].sort()
  return { shelf, listed, tags, artifacts, hasReferrers, pageSize: chance.pick([1, 2, 3, 100]) }
}

function makeImage(chance: Chance, shelf: Shelf): Entry {
  return chance.pick([makePlain, makePlain, makeIndex, makeNested, makeCache])(chance, shelf)
}

function makePlain(chance: Chance, shelf: Shelf): Entry {
  const isDocker = chance.is(0.3)
  const layer = isDocker ? DOCKER_LAYER : OCI_LAYER
  const layers = Array.from({ length: chance.between(0, 3) }, () => makeLayer(chance, shelf, layer))
  const config = isDocker
    ? 'application/vnd.docker.container.image.v1+json'
    : 'application/vnd.oci.image.config.v1+json'
  return shelf.manifest(isDocker ? dockerManifest : ociManifest, {
    config: shelf.blob(config, `{"created":"${chance.below(1e9)}"}`),
    layers,
  })
}

function makeLayer(chance: Chance, shelf: Shelf, type: string): Entry {
  const bytes = chance.bytes(chance.pick([1, 40, 300, 3_000]))
  if (chance.is(0.06)) return shelf.blob(type, Buffer.alloc(0))
  if (chance.is(0.06)) return shelf.blob(type, bytes, 'sha512')
  if (chance.is(0.12)) {
    const here = shelf.blob(chance.pick(ELSEWHERE), bytes)
    return chance.is(0.3) ? { ...here, urls: [] } : here
  }
  if (chance.is(0.06)) {
    const away = { mediaType: chance.pick(ELSEWHERE), digest: digestOf(bytes), size: bytes.length }
    return { ...away, urls: ['https://elsewhere.example/layer'] }
  }
  return shelf.blob(type, bytes)
}

function makeIndex(chance: Chance, shelf: Shelf): Entry {
  const platforms = ['amd64', 'arm64', 's390x'].slice(0, chance.between(1, 3))
  const manifests = platforms.map((architecture) => ({
    ...makePlain(chance, shelf),
    platform: { os: 'linux', architecture },
  }))
  return shelf.manifest(chance.is(0.3) ? dockerList : ociIndex, { manifests })
}

function makeNested(chance: Chance, shelf: Shelf): Entry {
  return shelf.manifest(ociIndex, { manifests: [makeIndex(chance, shelf), makePlain(chance, shelf)] })
}

/** BuildKit's cache format: an index of blobs. */
function makeCache(chance: Chance, shelf: Shelf): Entry {
  const config = 'application/vnd.buildkit.cacheconfig.v0'
  const layers = [shelf.blob(OCI_LAYER, chance.bytes(40)), shelf.blob(OCI_LAYER, chance.bytes(50))]
  return shelf.manifest(ociIndex, {
    manifests: [...layers, shelf.blob(config, `{"layers":${chance.below(1e9)}}`)],
  })
}

function refer(chance: Chance, shelf: Shelf, subject: Entry, artifacts: Map<string, Entry[]>): void {
  const { mediaType, digest, size } = subject
  const artifactType = 'application/vnd.example.sbom'
  const artifact = shelf.manifest(ociManifest, {
    artifactType,
    config: shelf.blob(emptyJson, '{}'),
    layers: [makeLayer(chance, shelf, 'application/spdx+json')],
    subject: { mediaType, digest, size },
  })
  artifacts.set(digest, [...(artifacts.get(digest) ?? []), { ...artifact, artifactType }])
}

/** Platforms that are images, which may have artifacts. */
function childrenOf(shelf: Shelf, { digest }: Entry): Entry[] {
  return layersOf(shelf, digest).manifests.filter((child) => 'platform' in child)
}
