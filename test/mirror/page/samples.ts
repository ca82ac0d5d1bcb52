// Sample runs of any size: some images fail, some move, most are in sync.
import { createHash } from 'node:crypto'
import type { PairReport } from '../../../mirror/documents.ts'
import { NOW } from '../report/page/pages.ts'
import { pair } from '../report/reports.ts'
import { after } from '../status/places.ts'

const TARGETS = 'us-east-1 eu-west-1 ap-southeast-2 us-west-2 eu-central-1 sa-east-1 ca-central-1'.split(' ')
const SOURCES = [
  'docker.io/library',
  'quay.io/prometheus',
  'ghcr.io/fluxcd',
  'registry.k8s.io',
  'public.ecr.aws/x',
]
const NAMES = [
  'redis',
  'node-exporter',
  'source-controller',
  'pause',
  'busybox',
  'a-rather-long-application-name',
]

export interface Size {
  readonly images: number
  readonly targets: number
  /** One of this many images has failed; 0 for none. @default - only the first image has */
  readonly failedOfEach?: number
}

/** Yields the pairs of a run, in which a fifth of the images moved. */
export function* samplePairs({ images, targets, failedOfEach = images }: Size): Generator<PairReport> {
  for (let image = 0; image < images; image++) {
    for (let target = 0; target < targets; target++)
      yield pairOf(image, target, failedOfEach > 0 && image % failedOfEach === 0)
  }
}

function pairOf(image: number, target: number, failed: boolean): PairReport {
  const name = `${NAMES[image % NAMES.length]}${image < NAMES.length ? '' : `-${image}`}`
  const version = `1.${image % 30}.${image % 7}`
  const common = {
    image: `${SOURCES[image % SOURCES.length]}/${name}:${version}`,
    target: TARGETS[target] ?? `prod/target-${target}`,
    repository: `mirror/${name}`,
  }
  if (failed) {
    const host = common.image.split('/')[0]
    const error = {
      name: 'RegistryUnavailable',
      message: `HEAD https://${host}/v2/${name}/manifests/${version} failed: the host name does not exist`,
      log: `https://${common.target}.console.aws.amazon.com/codesuite/codebuild/projects/mirror/build/mirror:${image}`,
    }
    return pair({ ...common, error })
  }
  const isMoved = image % 5 === 1
  const digest = digestOf(`${name} ${version}`)
  return pair({
    ...common,
    error: undefined,
    outcome: isMoved ? 'synced' : 'inSync',
    tags: [{ tag: version, digest, ...(isMoved ? { was: digestOf(`${name} before`) } : {}) }],
    ...(isMoved
      ? { bytes: 1e6 * (image % 97) + 1e5, seconds: (image % 50) + 1.4, times: timesOf(image) }
      : {}),
    ...(image % 50 === 7 ? { warnings: [`tag ${version} has no signature`] } : {}),
  })
}

function timesOf(image: number): NonNullable<PairReport['times']> {
  const at = (second: number) => new Date(NOW.getTime() + (image + second) * 1_000).toISOString()
  return { ordered: at(0), queued: at(0.4), copying: at(5), ended: at(6 + (image % 50)) }
}

function digestOf(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`
}

/** The state of the mirror after a good run and, a day later, one with failures. */
export function sampleStatus(size: Size) {
  const before = [...samplePairs({ ...size, failedOfEach: 0 })]
  const first = after(undefined, before.slice(size.targets)).status
  return after(first, [...samplePairs(size)], { hours: 24 }).status
}
