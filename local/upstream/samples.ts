/**
 * Images of the sample upstream: for those in this project's mirror.yaml, images of a similar shape (platforms, shared
 * layers, signatures, formats); for all others, a small image under the requested tags.
 */
import type { Descriptor } from '../../registry/model/manifest.ts'
import type { Builder, Format, Platform } from './builder.ts'
import { type Files, incompressible, layer } from './layer.ts'
import { signByReferrer, signByTag } from './sign.ts'

const KIB = 1024
const AMD64: Platform = { os: 'linux', architecture: 'amd64' }
const ARM64: Platform = { os: 'linux', architecture: 'arm64', variant: 'v8' }
const ARM_V7: Platform = { os: 'linux', architecture: 'arm', variant: 'v7' }

export type Sample = (build: Builder) => Promise<void>

/** Samples by repository, for any registry. */
export const SAMPLES: Readonly<Record<string, Sample>> = {
  'library/redis': redis,
  'prometheus/node-exporter': nodeExporter,
  'fluxcd/source-controller': sourceController,
  pause,
  'docker/library/busybox': busybox,
}

/** A plain image for two platforms under each of these tags. */
export function plainSample(name: string, tags: readonly string[]): Sample {
  return async (build) => {
    const base = await layer(rootfs(name))
    for (const tag of tags) {
      const images = [AMD64, ARM64].map(async (platform) =>
        build.image(platform, [base, await program(name, tag, platform, 64 * KIB)]),
      )
      await build.tag(tag, await build.index(await Promise.all(images)))
    }
  }
}

/** Three platforms that share a layer with each other and with the previous tag. */
async function redis(build: Builder): Promise<void> {
  const shared = await layer({
    ...rootfs('redis'),
    'usr/share/redis/data': incompressible('redis', 700 * KIB),
  })
  for (const tag of ['7.2', '7.4']) {
    const images = [AMD64, ARM64, ARM_V7].map(async (platform) =>
      build.image(platform, [shared, await program('redis', tag, platform, 500 * KIB)]),
    )
    const index = await build.index(await Promise.all(images))
    await build.tag(tag, index)
    // A valid but rare form: an index of an index.
    if (tag === '7.4') await build.tag('nested', await build.index([index]))
  }
}

/** A dozen versions, including release candidates. */
async function nodeExporter(build: Builder): Promise<void> {
  const stable = ['v1.6.1', 'v1.7.0', 'v1.8.0', 'v1.8.1', 'v1.8.2', 'v1.9.0', 'v1.9.1']
  const candidates = ['v1.7.0-rc.0', 'v1.8.0-rc.0', 'v1.8.0-rc.1', 'v1.9.0-rc.0']
  const base = await layer(rootfs('node-exporter'))
  for (const tag of [...stable, ...candidates, 'latest']) {
    const version = tag === 'latest' ? 'v1.9.1' : tag
    const images = [AMD64, ARM64].map(async (platform) =>
      build.image(platform, [base, await program('node_exporter', version, platform, 150 * KIB)]),
    )
    await build.tag(tag, await build.index(await Promise.all(images)))
  }
}

/** Signed in both of cosign's formats, with a signed SBOM; the previous version has only the older format. */
async function sourceController(build: Builder): Promise<void> {
  for (const version of ['v1.4.0', 'v1.4.1']) {
    const image = await build.image(AMD64, [
      await layer(rootfs('source-controller')),
      await program('source-controller', version, AMD64, 400 * KIB),
    ])
    const index = await build.index([image])
    await build.tag(version, index)
    await signByTag(build, index, 'ghcr.io/fluxcd/source-controller')
    if (version === 'v1.4.0') continue
    await signByReferrer(build, index)
    await signByReferrer(
      build,
      await build.artifact(index, 'application/spdx+json', spdx('source-controller')),
    )
  }
}

async function pause(build: Builder): Promise<void> {
  await build.tag('3.9', await multiFormat(build, 'pause', '3.9', 'docker'))
}

/** One digest with two tags and no index: the simplest of Docker's images. */
async function busybox(build: Builder): Promise<void> {
  const layers = [await layer(rootfs('busybox')), await program('busybox', '1.36', AMD64, 300 * KIB)]
  const image = await build.image(AMD64, layers, 'docker')
  await build.tag('1.36', image)
  await build.tag('stable', image)
}

async function multiFormat(build: Builder, name: string, tag: string, format: Format): Promise<Descriptor> {
  const images = [AMD64, ARM64].map(async (platform) =>
    build.image(platform, [await program(name, tag, platform, 40 * KIB)], format),
  )
  return build.index(await Promise.all(images), format)
}

function rootfs(name: string): Files {
  return { 'etc/os-release': `NAME="${name}"\nID=sample\n`, 'etc/hostname': `${name}\n` }
}

function program(name: string, version: string, platform: Platform, size: number) {
  const seed = `${name} ${version} ${platform.architecture}`
  return layer({
    'bin/start': `#!/bin/sh\necho ${name} ${version}\n`,
    [`opt/${name}`]: incompressible(seed, size),
  })
}

/** https://spdx.github.io/spdx-spec/v2.3/ */
function spdx(name: string): unknown {
  return {
    spdxVersion: 'SPDX-2.3',
    dataLicense: 'CC0-1.0',
    SPDXID: 'SPDXRef-DOCUMENT',
    name,
    documentNamespace: `https://image-mirror.example/spdx/${name}`,
    creationInfo: { created: '2024-01-01T00:00:00Z', creators: ['Tool: sample'] },
    packages: [{ SPDXID: 'SPDXRef-Package', name, versionInfo: 'v1.4.1', downloadLocation: 'NOASSERTION' }],
  }
}
