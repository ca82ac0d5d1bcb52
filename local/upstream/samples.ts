/**
 * Images of the sample upstream: for those in this project's mirror.yaml, images of a similar shape (platforms, shared
 * layers, signatures, formats); for all others, a small image under the requested tags.
 */
import { platformName } from '../../mirror/platforms/platform.ts'
import type { Builder, Platform } from './builder.ts'
import { type Files, incompressible, layer } from './layer.ts'
import { signByReferrer, signByTag } from './sign.ts'

const KIB = 1024
const AMD64: Platform = { os: 'linux', architecture: 'amd64' }
const ARM64: Platform = { os: 'linux', architecture: 'arm64', variant: 'v8' }
const ARM_V7: Platform = { os: 'linux', architecture: 'arm', variant: 'v7' }

/** @param wanted - platforms that the images must have in addition to those of the sample */
export type Sample = (build: Builder, wanted?: readonly Platform[]) => Promise<void>

/** Samples by repository, for any registry. */
export const SAMPLES: Readonly<Record<string, Sample>> = {
  'library/redis': redis,
  'prometheus/node-exporter': nodeExporter,
  'fluxcd/source-controller': sourceController,
  pause,
  'docker/library/busybox': busybox,
}

/** A plain image for two or more platforms under each of these tags. */
export function plainSample(name: string, tags: readonly string[]): Sample {
  return async (build, wanted) => {
    const base = await layer(rootfs(name))
    for (const tag of tags) {
      const images = together([AMD64, ARM64], wanted).map(async (platform) =>
        build.image(platform, [base, await program(name, tag, platform, 64 * KIB)]),
      )
      await build.tag(tag, await build.index(await Promise.all(images)))
    }
  }
}

/** Three platforms that share a layer with each other and with the previous tag. */
async function redis(build: Builder, wanted?: readonly Platform[]): Promise<void> {
  const shared = await layer({
    ...rootfs('redis'),
    'usr/share/redis/data': incompressible('redis', 700 * KIB),
  })
  for (const tag of ['7.2', '7.4']) {
    const images = together([AMD64, ARM64, ARM_V7], wanted).map(async (platform) =>
      build.image(platform, [shared, await program('redis', tag, platform, 500 * KIB)]),
    )
    const index = await build.index(await Promise.all(images))
    await build.tag(tag, index)
    // A valid but rare form: an index of an index.
    if (tag === '7.4') await build.tag('nested', await build.index([index]))
  }
}

/** A dozen versions, including release candidates. */
async function nodeExporter(build: Builder, wanted?: readonly Platform[]): Promise<void> {
  const stable = ['v1.6.1', 'v1.7.0', 'v1.8.0', 'v1.8.1', 'v1.8.2', 'v1.9.0', 'v1.9.1']
  const candidates = ['v1.7.0-rc.0', 'v1.8.0-rc.0', 'v1.8.0-rc.1', 'v1.9.0-rc.0']
  const base = await layer(rootfs('node-exporter'))
  for (const tag of [...stable, ...candidates, 'latest']) {
    const version = tag === 'latest' ? 'v1.9.1' : tag
    const images = together([AMD64, ARM64], wanted).map(async (platform) =>
      build.image(platform, [base, await program('node_exporter', version, platform, 150 * KIB)]),
    )
    await build.tag(tag, await build.index(await Promise.all(images)))
  }
}

/** Signed in both of cosign's formats, with a signed SBOM; the previous version has only the older format. */
async function sourceController(build: Builder, wanted?: readonly Platform[]): Promise<void> {
  for (const version of ['v1.4.0', 'v1.4.1']) {
    const base = await layer(rootfs('source-controller'))
    const images = together([AMD64], wanted).map(async (platform) =>
      build.image(platform, [base, await program('source-controller', version, platform, 400 * KIB)]),
    )
    const index = await build.index(await Promise.all(images))
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

/** An index in Docker's format. */
async function pause(build: Builder, wanted?: readonly Platform[]): Promise<void> {
  const images = together([AMD64, ARM64], wanted).map(async (platform) =>
    build.image(platform, [await program('pause', '3.9', platform, 40 * KIB)], 'docker'),
  )
  await build.tag('3.9', await build.index(await Promise.all(images), 'docker'))
}

/** One digest with two tags and, unless the list wants further platforms, no index: the simplest of Docker's images. */
async function busybox(build: Builder, wanted?: readonly Platform[]): Promise<void> {
  const base = await layer(rootfs('busybox'))
  const making = together([AMD64], wanted).map(async (platform) =>
    build.image(platform, [base, await program('busybox', '1.36', platform, 300 * KIB)], 'docker'),
  )
  const images = await Promise.all(making)
  const [only, ...others] = images
  const root = only !== undefined && others.length === 0 ? only : await build.index(images, 'docker')
  await build.tag('1.36', root)
  await build.tag('stable', root)
}

function together(own: readonly Platform[], wanted: readonly Platform[] = []): readonly Platform[] {
  const names = own.map(platformName)
  return [...own, ...wanted.filter((platform) => !names.includes(platformName(platform)))]
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
