/** Compares quotas of the account with what a run needs: of builds, and of Step Functions. */
import { z } from 'zod'
import { ASSUMED } from '../../../../estimate/assumed.ts'
import { TRANSITIONS } from '../../../../estimate/transitions.ts'
import { placesOf } from '../../../../mirror/list/elsewhere/place.ts'
import { concurrencyOf } from '../concurrency.ts'
import type { Check } from '../context.ts'
import { notChecked } from '../document.ts'
import { type Quota, quotaFinding } from '../quota.ts'

/** Environment type -> quota: https://docs.aws.amazon.com/codebuild/latest/userguide/limits.html */
const BUILDS: Readonly<Record<string, Quota>> = {
  ARM_CONTAINER: { service: 'codebuild', code: 'L-5ED1D25B', name: 'concurrent builds on ARM/Small' },
  LINUX_CONTAINER: { service: 'codebuild', code: 'L-9D07B6EF', name: 'concurrent builds on Linux/Small' },
  ARM_LAMBDA_CONTAINER: {
    service: 'codebuild',
    code: 'L-DE99852F',
    name: 'concurrent builds on ARM Lambda/2GB',
  },
}

/** https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html */
const TRANSITIONS_PER_SECOND: Quota = {
  service: 'states',
  code: 'L-AD9B4E93',
  name: 'state transitions per second',
}
const STARTS_PER_SECOND: Quota = {
  service: 'states',
  code: 'L-1B55A735',
  name: 'started executions per second',
}
/** ECR accepts this many manifests per second and region, and each push of a tag starts a run. */
const PUSHES_PER_SECOND = 10

export const builds: Check = {
  name: 'builds',
  async run(context) {
    const [project] = context.stack.resources('AWS::CodeBuild::Project')
    const { Environment, ConcurrentBuildLimit } = projectSchema.parse(project?.properties)
    const quota = BUILDS[Environment.Type]
    if (quota === undefined) return [notChecked(`the quota of ${Environment.Type} is not known`)]
    const list = await context.list()
    const { images: most } = concurrencyOf(context.stack)
    const images = placesOf(list).length > 0 ? most : list.images.length
    const needed = Math.min(images, most, ConcurrentBuildLimit ?? most)
    const need = { needed, effect: 'the others wait in the queue', vital: true }
    return [await quotaFinding(context, quota, need)]
  },
}

const projectSchema = z.object({
  Environment: z.object({ Type: z.string() }),
  ConcurrentBuildLimit: z.int().optional(),
})

export const executions: Check = {
  name: 'executions',
  async run(context) {
    const { images, targets } = concurrencyOf(context.stack)
    // Comparing a target takes the least time of all that a run does.
    const transitions = Math.ceil((images * targets * TRANSITIONS.pairInSync) / ASSUMED.diffSeconds)
    const slower = { needed: transitions, effect: 'runs take longer' }
    const { push } = await context.list()
    const starts = PUSHES_PER_SECOND * (push?.from?.length ?? 1)
    const later = { needed: starts, effect: 'pushes are copied later' }
    return Promise.all([
      quotaFinding(context, TRANSITIONS_PER_SECOND, slower),
      ...(push === undefined ? [] : [quotaFinding(context, STARTS_PER_SECOND, later)]),
    ])
  },
}
