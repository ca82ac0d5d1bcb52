/** Compares the quotas of the account with what the mirror runs concurrently. */
import { GetServiceQuotaCommand, ServiceQuotasClient } from '@aws-sdk/client-service-quotas'
import { z } from 'zod'
import { placesOf } from '../../../../mirror/list/elsewhere/place.ts'
import { awsCommand, type Check, type Context, using } from '../context.ts'
import { type Finding, notChecked, ok, warning } from '../document.ts'
import type { StackContent } from '../stack-content.ts'

interface Quota {
  readonly service: 'codebuild' | 'lambda'
  readonly code: string
  readonly name: string
}

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
const FUNCTIONS: Quota = { service: 'lambda', code: 'L-B99A9384', name: 'concurrent executions of functions' }

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
    return [await quotaFinding(context, quota, Math.min(images, most, ConcurrentBuildLimit ?? most))]
  },
}

export const functions: Check = {
  name: 'functions',
  async run(context) {
    const { images, targets } = concurrencyOf(context.stack)
    return [await quotaFinding(context, FUNCTIONS, images * targets)]
  },
}

const projectSchema = z.object({
  Environment: z.object({ Type: z.string() }),
  ConcurrentBuildLimit: z.int().optional(),
})

async function quotaFinding(context: Context, quota: Quota, needed: number): Promise<Finding> {
  const { service, code, name } = quota
  const { ask } = context.deployed.mirror
  const value = await using(new ServiceQuotasClient(context.config()), async (client) => {
    const request = client.send(new GetServiceQuotaCommand({ ServiceCode: service, QuotaCode: code }))
    return (await ask('servicequotas:GetServiceQuota', request)).Quota?.Value
  })
  if (value === undefined) return notChecked(`Service Quotas has no value of ${code}`)
  if (value >= needed) return ok(`the quota of ${name} is ${value}; the mirror uses at most ${needed}`)
  const effect = service === 'codebuild' ? 'the others wait in the queue' : 'the others are tried again'
  return warning(`the quota of ${name} is ${value}, and the mirror starts up to ${needed}: ${effect}`, {
    remedy: 'Raise the quota, unless runs are fast enough:',
    command: awsCommand(
      context,
      `service-quotas request-service-quota-increase --service-code ${service} --quota-code ${code} --desired-value ${needed}`,
    ),
  })
}

/** How many images, and targets of each image, the deployed state machine handles at a time. */
function concurrencyOf(stack: StackContent): { readonly images: number; readonly targets: number } {
  const [machine] = stack.resources('AWS::StepFunctions::StateMachine')
  const definition: unknown = JSON.parse(String(stack.resolve(machine?.properties.DefinitionString)))
  // The Map of images contains that of waves, which contains that of targets.
  const [images = 1, _waves, targets = 1] = concurrencies(definition)
  return { images, targets }
}

/** The `MaxConcurrency` of nested Maps, outermost first. */
function concurrencies(value: unknown): number[] {
  if (typeof value !== 'object' || value === null) return []
  const inner = Object.values(value).flatMap(concurrencies)
  return 'MaxConcurrency' in value ? [Number(value.MaxConcurrency), ...inner] : inner
}
