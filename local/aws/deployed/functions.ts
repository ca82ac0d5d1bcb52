/**
 * Lambda on loopback: how many functions may run at a time, in the account and of each function of a stack.
 * https://docs.aws.amazon.com/lambda/latest/api/API_GetAccountSettings.html
 * https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionConcurrency.html
 */
import { arnOf } from '../arn.ts'
import { AwsError } from '../aws-json.ts'
import type { RestRequest, RestService } from '../rest-json.ts'
import type { Hosted } from './hosted.ts'
import { quotaOf } from './service-quotas.ts'
import { hasResource } from './stack-resources.ts'

export function functions(
  account: string,
  { stacks, account: state }: Pick<Hosted, 'stacks' | 'account'>,
): RestService {
  function getAccountSettings(): object {
    const ConcurrentExecutions = quotaOf(state, 'lambda', 'L-B99A9384') ?? 0
    const reserved = [...state.reservedConcurrency.values()].reduce((sum, value) => sum + value, 0)
    return {
      AccountLimit: {
        ConcurrentExecutions,
        UnreservedConcurrentExecutions: ConcurrentExecutions - reserved,
      },
    }
  }

  /** The answer is empty if the function has no reserved concurrency. */
  function getFunctionConcurrency({ name, region }: RestRequest): object {
    const isThere = hasResource({ stacks, account: state }, region, 'AWS::Lambda::Function', name)
    if (!isThere)
      throw new AwsError('ResourceNotFoundException', `Function not found: ${functionArn({ name, region })}`)
    const reserved = state.reservedConcurrency.get(name)
    return reserved === undefined ? {} : { ReservedConcurrentExecutions: reserved }
  }

  const functionArn = ({ name, region }: Pick<RestRequest, 'name' | 'region'>): string =>
    arnOf('lambda', region, account, `function:${name}`)

  return {
    name: 'lambda',
    operations: [
      {
        action: 'GetAccountSettings',
        method: 'GET',
        path: /^\/2016-08-19\/account-settings\/?$/,
        resourceOf: () => '*',
        answer: getAccountSettings,
      },
      {
        action: 'GetFunctionConcurrency',
        method: 'GET',
        path: /^\/2019-09-30\/functions\/(?<name>[^/]{1,200})\/concurrency$/,
        resourceOf: functionArn,
        answer: getFunctionConcurrency,
      },
    ],
  }
}
