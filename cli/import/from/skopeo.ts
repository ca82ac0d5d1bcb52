/** Imports the YAML of `skopeo sync --src yaml`. Where images go, and which platforms, is on its command line. */
import type { RepositoryRef } from '../../../registry/model/reference.ts'
import { isDigest } from '../../../registry/model/reference.ts'
import type { Found, FoundImage, Skipped } from '../found.ts'
import { ALL_TAGS, regexPattern } from '../patterns.ts'
import type { Node, Reader } from '../read/node.ts'
import { registryOf, tryReference } from '../read/references.ts'
import { quotedText } from '../read/text.ts'
import { unknownKeyNotes } from '../read/unknown-keys.ts'
import { SKOPEO } from '../versions/dialects.ts'
import { readRanges } from '../versions/ranges.ts'
import { versionPatterns } from '../versions/version-regex.ts'

export const SKOPEO_KEYS = ['images', 'images-by-tag-regex', 'images-by-semver']
const KEYS = [...SKOPEO_KEYS, 'credentials', 'tls-verify']

export function fromSkopeo(root: Node, reader: Reader): Found {
  const registries = reader.entries(root)
  const images = registries.flatMap(([host, node]) => imagesOf(host, node, reader))
  return {
    images: named(images),
    comments: [
      'skopeo copies only its own platform unless it is run with --all; here, all platforms are copied. For one platform, add under "defaults": platforms: [linux/amd64].',
    ],
    notes: registries.flatMap(([host, node]) => [
      ...unknownKeyNotes(node, KEYS, `${host}: `),
      ...(reader.textAt(node, 'tls-verify') === 'false'
        ? [
            {
              line: node.line,
              text: `${host} is asked without verifying its certificate: name its authority in "registries.${host}.ca"`,
            },
          ]
        : []),
    ]),
    withCredentials: registries.flatMap(([host, node]) => {
      const registry = registryOf(host)
      const isUsed = reader.get(node, 'credentials') !== undefined
      return isUsed && registry !== undefined ? [{ registry, line: node.line }] : []
    }),
  }
}

function imagesOf(host: string, node: Node, reader: Reader): (FoundImage | Skipped)[] {
  const read = (key: string, rule: (source: RepositoryRef, value: Node) => FoundImage[] | string) =>
    reader.entries(reader.get(node, key)).flatMap(([name, value]): (FoundImage | Skipped)[] => {
      const source = tryReference(`${host}/${name}`)
      const found = source === undefined ? 'it is not a repository' : rule(source, value)
      if (typeof found !== 'string') return found
      return [{ line: value.line, skipped: `${quotedText(`${host}/${name}`)} is not imported: ${found}` }]
    })
  return [
    ...read('images', (source, value) => byTags(source, value, reader)),
    ...read('images-by-tag-regex', (source, value) => byRegex(source, value, reader)),
    ...read('images-by-semver', (source, value) => bySemver(source, value, reader)),
  ]
}

/** No tags are all tags. */
function byTags(source: RepositoryRef, node: Node, reader: Reader): FoundImage[] {
  const { line } = node
  const refs = reader.texts(node, 'a tag')
  if (refs.length === 0) return [{ line, source, tags: { include: [ALL_TAGS] }, to: [] }]
  const tags = refs.filter((ref) => !isDigest(ref))
  return [
    ...(tags.length > 0 ? [{ line, source, tags: { include: tags }, to: [] }] : []),
    ...refs.filter(isDigest).map((digest) => ({ line, source, digest, to: [] })),
  ]
}

function byRegex(source: RepositoryRef, node: Node, reader: Reader): FoundImage[] | string {
  const regex = reader.text(node, 'a regular expression')
  const pattern = regexPattern(regex)
  if (pattern === undefined) return `${quotedText(regex)} is not a regular expression`
  return [{ line: node.line, source, tags: { include: [pattern] }, to: [] }]
}

function bySemver(source: RepositoryRef, node: Node, reader: Reader): FoundImage[] | string {
  const text = reader.text(node, 'a range')
  const ranges = readRanges([text], SKOPEO)
  if (typeof ranges === 'string') return ranges
  return [
    {
      line: node.line,
      source,
      tags: { include: versionPatterns(ranges.intervals, SKOPEO.grammar) },
      to: [],
      comments: [
        `images-by-semver ${quotedText(text)}, which also selects versions such as 3 and 22.04; for two to four numbers without leading zeros, "semver" in place of "include" is shorter.`,
      ],
      notes: ranges.notes,
    },
  ]
}

/** Without --scoped, skopeo names a target by the last part of the source. */
function named(images: readonly (FoundImage | Skipped)[]): (FoundImage | Skipped)[] {
  const sources = new Map<string, Set<string>>()
  const lastOf = ({ repository }: RepositoryRef) => repository.slice(repository.lastIndexOf('/') + 1)
  for (const image of images) {
    if ('skipped' in image) continue
    const last = lastOf(image.source)
    const { registry, repository } = image.source
    sources.set(last, (sources.get(last) ?? new Set<string>()).add(`${registry}/${repository}`))
  }
  return images.map((image) => {
    if ('skipped' in image) return image
    const last = lastOf(image.source)
    if (sources.get(last)?.size === 1) return { ...image, name: last }
    const { registry, repository } = image.source
    const why = `several sources have the last part "${last}", which skopeo would copy into one repository without --scoped; here each has its whole path`
    return {
      ...image,
      name: `${registry.replace(/[^a-z0-9.-]+/g, '-')}/${repository}`,
      notes: [...(image.notes ?? []), why],
    }
  })
}
