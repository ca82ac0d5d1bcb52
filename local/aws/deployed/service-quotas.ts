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
]

const inputSchema = z.strictObject({
  ServiceCode: z.string().regex(/^[a-zA-Z][a-zA-Z0-9-]{1,63}$/),
  QuotaCode: z.string().regex(/^[a-zA-Z][a-zA-Z0-9-]{1,128}$/),
})

export function serviceQuotas({ quotas }: Pick<AccountState, 'quotas'>): Service {
  function getServiceQuota(input: unknown): object {
    const { success, data, error } = inputSchema.safeParse(input)
    if (!success) throw new AwsError('IllegalArgumentException', z.prettifyError(error))
    const { ServiceCode, QuotaCode } = data
    const found = QUOTAS.find(([service, code]) => service === ServiceCode && code === QuotaCode)
    if (found === undefined)
      throw new AwsError('NoSuchResourceException', 'The request failed because the quota does not exist.')
    const [, , QuotaName, value] = found
    return {
      Quota: {
        ServiceCode,
        QuotaCode,
        QuotaName,
        Value: quotas.get(QuotaCode) ?? value,
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
      throw new AwsError('UnknownOperationException', `${action} is not part of the embedded Service Quotas`)
    },
  }
}
