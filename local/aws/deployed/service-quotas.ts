/**
 * Service Quotas on loopback: the applied values of the quotas that limit a mirror.
 * https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_GetServiceQuota.html
 */
import { z } from 'zod'
import { AwsError, type Service } from '../aws-json.ts'
import type { AccountState } from './account-state.ts'

/** The values of an account in use. New accounts have 1 build and 10 executions. */
const QUOTAS: readonly (readonly [service: string, code: string, name: string, value: number])[] = [
  ['codebuild', 'L-5ED1D25B', 'Concurrently running builds for ARM/Small environment', 60],
  ['codebuild', 'L-9D07B6EF', 'Concurrently running builds for Linux/Small environment', 60],
  ['codebuild', 'L-DE99852F', 'Concurrently running builds for ARM Lambda/2GB environment', 60],
  ['lambda', 'L-B99A9384', 'Concurrent executions', 1000],
  ['states', 'L-AD9B4E93', 'StateTransition throttle token refill rate per second', 800],
  ['states', 'L-1B55A735', 'StartExecution throttle token refill rate per second', 150],
  ['ecr', 'L-CFEB8E8D', 'Registered repositories', 100_000],
  ['ecr', 'L-03A36CE1', 'Images per repository', 100_000],
]

/** Quotas without an applied value: only their default can be read. */
const DEFAULTS_ONLY = ['L-03A36CE1']

/** The applied value of a quota; undefined if it does not exist. */
export function quotaOf(
  { quotas }: Pick<AccountState, 'quotas'>,
  service: string,
  code: string,
): number | undefined {
  const found = QUOTAS.find(([ofService, one]) => ofService === service && one === code)
  return found && (quotas.get(code) ?? found[3])
}

const inputSchema = z.strictObject({
  ServiceCode: z.string().regex(/^[a-zA-Z][a-zA-Z0-9-]{1,63}$/),
  QuotaCode: z.string().regex(/^[a-zA-Z][a-zA-Z0-9-]{1,128}$/),
})

export function serviceQuotas(state: Pick<AccountState, 'quotas'>): Service {
  /** A quota that was never raised may have no applied value. */
  function getServiceQuota(input: unknown): object {
    const { QuotaCode } = inputSchema.safeParse(input).data ?? {}
    if (DEFAULTS_ONLY.some((code) => code === QuotaCode && !state.quotas.has(code))) throw doesNotExist()
    return getQuota(input)
  }

  function getQuota(input: unknown): object {
    const { success, data, error } = inputSchema.safeParse(input)
    if (!success) throw new AwsError('IllegalArgumentException', z.prettifyError(error))
    const { ServiceCode, QuotaCode } = data
    const found = QUOTAS.find(([service, code]) => service === ServiceCode && code === QuotaCode)
    if (found === undefined) throw doesNotExist()
    const [, , QuotaName] = found
    return {
      Quota: {
        ServiceCode,
        QuotaCode,
        QuotaName,
        Value: quotaOf(state, ServiceCode, QuotaCode),
        Adjustable: true,
        GlobalQuota: false,
      },
    }
  }

  return {
    name: 'servicequotas',
    target: 'ServiceQuotasV20190624',
    anyRegion: true,
    resourceOf: () => '*',
    async answer(action, input) {
      if (action === 'GetServiceQuota') return getServiceQuota(input)
      if (action === 'GetAWSDefaultServiceQuota') return getQuota(input)
      throw new AwsError('UnknownOperationException', `${action} is not part of the embedded Service Quotas`)
    },
  }
}

function doesNotExist(): AwsError {
  return new AwsError('NoSuchResourceException', 'The request failed because the quota does not exist.')
}
