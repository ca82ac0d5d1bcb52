/**
 * Names platforms as containerd does, so that two spellings of one platform are equal: `linux/arm64/v8` is
 * `linux/arm64`. https://github.com/containerd/platforms/blob/main/database.go
 */
import { didYouMean } from '../nearest.ts'

/** Stands for all platforms in a list, for images that do not want the list's defaults. */
export const ALL_PLATFORMS = 'all'

/** The names that Go uses, and WASI's: https://go.dev/doc/install/source#environment */
const SYSTEMS = [
  'linux',
  'windows',
  'darwin',
  'freebsd',
  'aix',
  'android',
  'dragonfly',
  'hurd',
  'illumos',
  'ios',
  'js',
  'netbsd',
  'openbsd',
  'plan9',
  'solaris',
  'wasi',
  'wasip1',
  'wasip2',
  'zos',
]
const ARCHITECTURES = [
  'amd64',
  'arm64',
  '386',
  'arm',
  'loong64',
  'mips',
  'mips64',
  'mips64le',
  'mipsle',
  'ppc64',
  'ppc64le',
  'riscv64',
  's390x',
  'wasm',
]
/** Other names of an architecture, with the variant that they imply. */
const ALIASES: Readonly<Record<string, readonly [architecture: string, variant?: string]>> = {
  i386: ['386', ''],
  x86_64: ['amd64'],
  'x86-64': ['amd64'],
  aarch64: ['arm64'],
  armhf: ['arm', 'v7'],
  armel: ['arm', 'v6'],
}
/** The variant that an architecture has if none is named. It stays out of the name, except for arm. */
const IMPLIED: Readonly<Record<string, string>> = { amd64: 'v1', arm64: 'v8', arm: 'v7' }
const UNKNOWN = 'unknown'
const PART = /^[a-z0-9._-]{1,64}$/

interface Parts {
  readonly os: string
  readonly architecture: string
  readonly variant: string
}

/**
 * The platform's name, from an index's descriptor or an image's config. Undefined if there is none, or if it is
 * `unknown/unknown`, which marks BuildKit's attestations.
 */
export function platformName(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const { os, architecture, variant } = value as Readonly<Record<string, unknown>>
  const parts = { os: textOf(os), architecture: textOf(architecture), variant: textOf(variant) }
  if (!PART.test(parts.os) || !PART.test(parts.architecture)) return undefined
  if (parts.variant !== '' && !PART.test(parts.variant)) return undefined
  return parts.os === UNKNOWN && parts.architecture === UNKNOWN ? undefined : nameOf(parts)
}

/** The name of a platform in a list. */
export function normalPlatform(text: string): string {
  return nameOf(split(text))
}

/** Names the wanted platforms, sorted and each once. Undefined if all platforms are wanted. */
export function wantedPlatforms(platforms: readonly string[] | undefined): readonly string[] | undefined {
  if (platforms === undefined || platforms.includes(ALL_PLATFORMS)) return undefined
  return [...new Set(platforms.map(normalPlatform))].sort()
}

/** What is wrong with a platform in a list, as the end of a sentence; undefined if it is valid. */
export function platformProblem(text: string): string | undefined {
  const form = 'must be an operating system and an architecture, such as linux/amd64 or linux/arm/v7'
  const { os, architecture } = split(text)
  const parts = text.split('/')
  if (text === ALL_PLATFORMS) return undefined
  if (text === '*') return `${form}; did you mean "${ALL_PLATFORMS}"?`
  if (/[,\s]/.test(text)) return `${form}; give each platform an entry of its own`
  if (parts.length === 1 && isArchitecture(os))
    return `${form}; did you mean "${nameOf(split(`linux/${text}`))}"?`
  if (isArchitecture(os) && isSystem(architecture)) return `${form}; did you mean "${architecture}/${os}"?`
  if (parts.length < 2 || parts.length > 3 || !parts.every((part) => PART.test(part.toLowerCase())))
    return form
  if (!isSystem(os)) return `${form}; "${os}" is no operating system${didYouMean(os, SYSTEMS)}`
  if (isArchitecture(architecture)) return undefined
  return `${form}; "${architecture}" is no architecture${didYouMean(architecture, ARCHITECTURES)}`
}

function split(text: string): Parts {
  const [os = '', architecture = '', variant = ''] = text.toLowerCase().split('/')
  return { os, architecture, variant }
}

function nameOf({ os, ...given }: Parts): string {
  const [architecture, implied] = ALIASES[given.architecture] ?? [given.architecture]
  const variant = normalVariant(architecture, implied ?? given.variant)
  const system = os === 'macos' ? 'darwin' : os
  return [system, architecture, ...(variant === '' ? [] : [variant])].join('/')
}

function normalVariant(architecture: string, given: string): string {
  const numbered = architecture === 'arm' || architecture === 'arm64'
  const variant = numbered ? given.replace(/^v?(\d+)(?:\.0)?$/, 'v$1') : given
  const implied = IMPLIED[architecture]
  if (architecture === 'arm') return variant === '' ? (implied ?? '') : variant
  return variant === implied ? '' : variant
}

function isSystem(name: string): boolean {
  return SYSTEMS.includes(name) || name === 'macos'
}

function isArchitecture(name: string): boolean {
  return ARCHITECTURES.includes(name) || Object.hasOwn(ALIASES, name)
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value.toLowerCase() : ''
}
