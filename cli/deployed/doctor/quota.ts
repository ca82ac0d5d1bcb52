/** Compares a quota of the account with what the mirror needs. */
import {
  GetAWSDefaultServiceQuotaCommand,
  GetServiceQuotaCommand,
  ServiceQuotasClient,
} from '@aws-sdk/client-service-quotas'
import { ifExists } from '../aws/if-exists.ts'
import { awsCommand, type Context, using } from './context.ts'
import { type Finding, failed, notChecked, ok, warning } from './document.ts'

export interface Quota {
  readonly service: 'codebuild' | 'ecr' | 'lambda' | 'states'
  readonly code: string
  /** In words, after "the quota of". */
  readonly name: string
}

/** How much of a quota the mirror needs, and what happens if it has less. */
export interface Need {
  readonly needed: number
  readonly effect: string
  /** Nothing works without any of it. @default false */
  readonly vital?: boolean
}

export async function quotaFinding(
  context: Context,
  quota: Quota,
  { needed, effect, vital = false }: Need,
): Promise<Finding> {
  const { code, name } = quota
  const value = await quotaValue(context, quota)
  if (value === undefined) return notChecked(`Service Quotas has no value of ${code}`)
  if (value >= needed) return ok(`the quota of ${name} is ${value}; the mirror needs at most ${needed}`)
  const command = raiseCommand(context, quota, needed)
  if (vital && value === 0)
    return failed(`the quota of ${name} is 0, so that nothing can be copied`, {
      remedy: 'Raise it:',
      command,
    })
  return warning(`the quota of ${name} is ${value}, and the mirror needs up to ${needed}: ${effect}`, {
    remedy: 'Raise the quota, unless runs are fast enough:',
    command,
  })
}

export function raiseCommand(
  context: Context,
  { service, code }: Quota,
  value: number,
  region?: string,
): string {
  return awsCommand(
    context,
    `service-quotas request-service-quota-increase --service-code ${service} --quota-code ${code} --desired-value ${value}`,
    region,
  )
}

const MISSING = 'NoSuchResourceException'

/**
 * Returns the value that applies to the account, or the default of AWS: for some services, Service Quotas has an applied
 * value only after an increase.
 * https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_GetServiceQuota.html
 */
export async function quotaValue(
  context: Context,
  quota: Quota,
  region?: string,
): Promise<number | undefined> {
  const { ask } = context.deployed.mirror
  const input = { ServiceCode: quota.service, QuotaCode: quota.code }
  return using(new ServiceQuotasClient(context.config(region)), async (client) => {
    const request = client.send(new GetServiceQuotaCommand(input))
    const applied = await ifExists(ask('servicequotas:GetServiceQuota', request), MISSING)
    if (applied?.Quota?.Value !== undefined) return applied.Quota.Value
    const another = client.send(new GetAWSDefaultServiceQuotaCommand(input))
    const standard = await ifExists(ask('servicequotas:GetAWSDefaultServiceQuota', another), MISSING)
    return standard?.Quota?.Value
  })
}
