/**
 * Models other designs, with the sizes, prices and assumptions of our own. Assumes their cheapest options, and
 * counts their functions, tables, queues and logs as free.
 */
import { ASSUMED } from './assumed.ts'
import { betweenRegions, type Design, dockerBuilds, fargateTasks, type Jobs, runOf } from './design.ts'
import { copySeconds } from './durations.ts'
import { PRICES } from './prices.ts'
import { imagesByRegion, kindsOf, type UniformList, uniformPairs } from './uniform.ts'

/** https://docs.aws.amazon.com/AmazonECR/latest/userguide/service-quotas.html */
const REPLICATION_DESTINATIONS = 25

const FREE = { standing: () => 0, refuses: () => undefined }

/**
 * One job checks every image and its destinations in sequence, and starts a job for each image that differs, which
 * runs `skopeo copy --all` to its destinations in turn. https://github.com/cuppett/aws-ecr-mirror
 */
const batch: Design = {
  ...FREE,
  name: 'AWS Batch, a skopeo job per changed image',
  run(work, share) {
    const looking = work.regionsOf.length * ASSUMED.resolveSeconds + uniformPairs(work) * ASSUMED.diffSeconds
    const controller = fargateTasks(1, looking, { cpus: 0.25, gigabytes: 2, allowedSeconds: 3600 })
    const copies = kindsOf(work).map(({ images, regions }) =>
      fargateTasks(images * share, regions * copySeconds(work.gigabytes), {
        cpus: 2,
        gigabytes: 4,
        allowedSeconds: 300,
      }),
    )
    return runOf([controller, ...copies], work, share * betweenRegions(work, work.gigabytes))
  },
}

/**
 * In every region, a function compares tags with Docker Hub, and one build pulls and pushes the differing images in
 * sequence. https://github.com/pgarbe/cdk-ecr-sync
 */
const stackPerRegion: Design = {
  ...FREE,
  name: 'a stack per region, a build for all its changed images',
  run(work, share) {
    const builds = imagesByRegion(work).map((images) => {
      const changed = images * share
      const count = Math.min(1, changed)
      return dockerBuilds(count, (changed / (count || 1)) * 2 * copySeconds(onePlatform(work)))
    })
    // Each region has its own build, so all regions run at the same time.
    const concurrency = { ...work.concurrency, builds: builds.length }
    return runOf(builds, { ...work, concurrency }, 0)
  },
  standing: (work) => PRICES.pipelineMonth * imagesByRegion(work).length,
}

/**
 * One build per image pulls it, changed or not, and pushes it to all of its regions.
 * https://tty.neveragain.de/2021/05/07/codebuild-ecr-mirror.html
 */
const buildPerImage: Design = {
  ...FREE,
  name: 'a scheduled build per image',
  run(work, share) {
    const copy = copySeconds(onePlatform(work))
    const builds = kindsOf(work).flatMap(({ images, regions }) => [
      dockerBuilds(images * (1 - share), copy),
      dockerBuilds(images * share, copy + regions * copy),
    ])
    return runOf(builds, work, share * betweenRegions(work, onePlatform(work)))
  },
}

/** https://github.com/aws-samples/amazon-ecr-cross-region-replication */
const buildPerPush: Design = {
  ...FREE,
  name: 'a build per push to ECR',
  run: (work, share) => runOf(pushes(work, share), work, share * betweenRegions(work, onePlatform(work))),
}

/**
 * A build per push, set up in every region, so that people can push to any. Each copy is a push in turn, and starts a
 * build in its region.
 */
const mesh: Design = {
  ...FREE,
  name: 'a build per push, in every region',
  run(work, share) {
    const echoes = kindsOf(work).map(({ images, regions }) =>
      dockerBuilds(images * share * (regions - 1), copySeconds(onePlatform(work))),
    )
    return runOf([...pushes(work, share), ...echoes], work, share * betweenRegions(work, onePlatform(work)))
  },
}

const replication: Design = {
  ...FREE,
  name: 'ECR replication',
  run: (work, share) => ({
    starts: 0,
    dollars: share * betweenRegions(work, work.gigabytes) * PRICES.regionGb,
  }),
  refuses(work) {
    const destinations = imagesByRegion(work).length - 1
    if (destinations <= REPLICATION_DESTINATIONS) return undefined
    return `${destinations} destinations, the limit is ${REPLICATION_DESTINATIONS}`
  },
}

/** Every region reads from upstream, which is free. */
const cache: Design = { ...FREE, name: 'ECR pull-through cache', run: () => ({ starts: 0, dollars: 0 }) }

export const OTHER_DESIGNS: readonly Design[] = [
  batch,
  stackPerRegion,
  buildPerImage,
  buildPerPush,
  mesh,
  replication,
  cache,
]

/**
 * A push starts a build for the index and for each platform. The build for the index pulls the image and pushes it to
 * the other regions. The builds for platforms fail at once, because their manifests have no tag.
 */
function pushes(work: UniformList, share: number): readonly Jobs[] {
  const copy = copySeconds(onePlatform(work))
  return kindsOf(work).flatMap(({ images, regions }) => [
    dockerBuilds(images * share, copy + (regions - 1) * copy),
    dockerBuilds(images * share * ASSUMED.platforms, 0),
  ])
}

/** `docker pull` takes one platform. A push has one manifest for each, and an index. */
function onePlatform({ gigabytes }: UniformList): number {
  return gigabytes / ASSUMED.platforms
}
