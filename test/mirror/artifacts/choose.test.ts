// Selects artifacts, and fails tags that lack a required one.
import { expect, test } from 'vitest'
import { artifactsOfTags, chooseArtifacts, requireArtifacts } from '../../../mirror/artifacts/choose.ts'
import type { Artifact, ResolvedTag } from '../../../mirror/documents.ts'
import { descriptorOf, digestOf } from '../resolve/sources.ts'

function artifact(name: string, about: string, artifactType: string, index?: string): Artifact {
  const of = index === undefined ? {} : { index: digestOf(index) }
  return { ...descriptorOf(name), subject: digestOf(about), artifactType, ...of }
}

const SIGNATURE = 'application/vnd.dev.cosign.artifact.sig.v1+json'
const SBOM = 'application/spdx+json'
const ALL = [
  artifact('signature', 'image', SIGNATURE),
  artifact('sbom', 'image', SBOM),
  artifact('signature of sbom', 'sbom', SIGNATURE),
  artifact('chart', 'image', 'application/vnd.chart'),
]
const tag = (name: string, of: string): ResolvedTag => ({ tag: name, ...descriptorOf(of) })
const digests = (artifacts: readonly Artifact[]) => artifacts.map(({ digest }) => digest)

test.each([
  ['no rules', undefined, ['signature', 'sbom', 'signature of sbom', 'chart']],
  ['one kind', { include: ['signature'] }, ['signature']],
  ['a kind and a media type', { include: ['sbom', 'application/vnd.chart'] }, ['sbom', 'chart']],
  ['all but one kind', { exclude: ['sbom'] }, ['signature', 'chart']],
  ['one kind less another', { include: ['sbom', 'signature'], exclude: ['signature'] }, ['sbom']],
  ['a kind that no artifact has', { include: ['attestation'] }, []],
])('with %s, the artifacts are chosen together with what is about them', (_, rules, names) => {
  expect(digests(chooseArtifacts(ALL, rules))).toEqual(names.map(digestOf))
})

test('artifacts that are about each other end the choice', () => {
  const circle = [artifact('a', 'b', SBOM), artifact('b', 'a', SBOM)]
  expect(chooseArtifacts(circle, { include: ['sbom'] })).toHaveLength(2)
  expect(chooseArtifacts(circle, { include: ['signature'] })).toEqual([])
})

test('artifacts follow their tags: those of images, of platforms, and of artifacts', () => {
  const artifacts = [
    ...ALL,
    artifact('of amd64', 'amd64', SBOM, 'index'),
    artifact('of that', 'of amd64', SIGNATURE),
    artifact('of other', 'other', SBOM),
    artifact('of amd64 elsewhere', 'amd64', SBOM, 'other index'),
  ]
  expect(digests(artifactsOfTags(artifacts, [tag('1', 'index')]))).toEqual(
    ['of amd64', 'of that'].map(digestOf),
  )
  expect(artifactsOfTags(artifacts, [tag('1', 'image')])).toEqual(ALL)
  expect(artifactsOfTags(artifacts, [])).toEqual([])
})

test('a tag without a required artifact fails by name, and the others go on', () => {
  const { tags, failed } = requireArtifacts([tag('1', 'image'), tag('2', 'bare')], {
    name: 'docker.io/library/redis',
    rules: { require: ['signature', 'sbom'] },
    artifacts: ALL,
  })
  expect(tags).toEqual([tag('1', 'image')])
  expect(failed).toEqual([
    {
      tag: '2',
      digest: digestOf('bare'),
      name: 'ArtifactMissing',
      message: `docker.io/library/redis:2 (${digestOf('bare')}) has no signature and no sbom at the source; publish it there, or change "artifacts.require"`,
    },
  ])
})

test('an artifact of a platform counts for its index', () => {
  const artifacts = [artifact('of amd64', 'amd64', SBOM, 'index')]
  const required = { name: 'redis', rules: { require: ['sbom'] }, artifacts }
  expect(requireArtifacts([tag('1', 'index')], required).failed).toEqual([])
  expect(requireArtifacts([tag('1', 'other')], required).failed).toHaveLength(1)
})

test('an artifact of an artifact does not count for the image', () => {
  const artifacts = ALL.filter(
    ({ subject, artifactType }) => subject !== digestOf('image') || artifactType === SBOM,
  )
  const required = { name: 'redis', rules: { require: ['signature'] }, artifacts }
  expect(requireArtifacts([tag('1', 'image')], required).failed).toMatchObject([{ name: 'ArtifactMissing' }])
})

test('an artifact that only the replaced index had is missing, and the error says why', () => {
  const replaced = { ...tag('1', 'made'), origin: digestOf('image') }
  const { failed } = requireArtifacts([replaced], {
    name: 'redis',
    rules: { require: ['signature'] },
    artifacts: ALL,
  })
  expect(failed).toMatchObject([
    {
      name: 'ArtifactMissing',
      message: expect.stringContaining(
        'those of its whole index do not count, because "platforms" replaces it',
      ),
    },
  ])
})

test('what the source failed to list is not called missing', () => {
  const { failed } = requireArtifacts([tag('1', 'image')], {
    name: 'redis',
    rules: { require: ['attestation'] },
    artifacts: ALL,
    warning: 'redis does not list all signatures: 503',
  })
  expect(failed).toMatchObject([
    {
      name: 'RegistryUnavailable',
      message: expect.stringMatching(
        /could not be checked \(no attestation found\): redis does not list .* 503$/,
      ),
    },
  ])
})
