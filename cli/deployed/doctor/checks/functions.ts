/** Checks that Lambda may run as many functions at a time as a run calls, and that none of them is throttled. */
import {
  GetAccountSettingsCommand,
  GetFunctionConcurrencyCommand,
  LambdaClient,
} from '@aws-sdk/client-lambda'
import { plural } from '../../../../mirror/units.ts'
import { ifExists } from '../../aws/if-exists.ts'
import { concurrencyOf } from '../concurrency.ts'
import { awsCommand, type Check, type Context, using } from '../context.ts'
import { allOk, type Finding, failed, warning } from '../document.ts'
import { raiseCommand } from '../quota.ts'
import { restore } from '../restore.ts'

const QUOTA = { service: 'lambda', code: 'L-B99A9384', name: 'concurrent executions of functions' } as const

export const functions: Check = {
  name: 'functions',
  async run(context) {
    const { images, targets } = concurrencyOf(context.stack)
    const needed = images * targets
    const found = context.stack.resources('AWS::Lambda::Function')
    return using(new LambdaClient(context.config()), async (client) => {
      const problems = await Promise.all([
        limitProblem(context, client, needed),
        ...found.map(({ physicalId }) => throttleProblem(context, client, physicalId)),
      ])
      return allOk(
        `${plural(found.length, 'function')} present, and up to ${needed} may run at a time`,
        problems,
      )
    })
  },
}

/** Functions without a reservation share what the others leave: https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html */
async function limitProblem(
  context: Context,
  client: LambdaClient,
  needed: number,
): Promise<Finding | undefined> {
  const request = client.send(new GetAccountSettingsCommand({}))
  const { AccountLimit } = await context.deployed.mirror.ask('lambda:GetAccountSettings', request)
  const { ConcurrentExecutions: limit = 0, UnreservedConcurrentExecutions: free = limit } = AccountLimit ?? {}
  if (free >= needed) return undefined
  const reserved = free < limit ? `, of which other functions reserve ${limit - free}` : ''
  return warning(
    `the quota of ${QUOTA.name} is ${limit}${reserved}, and the mirror calls up to ${needed}: the others are tried again`,
    {
      remedy: 'Raise the quota, unless runs are fast enough:',
      command: raiseCommand(context, QUOTA, limit - free + needed),
    },
  )
}

async function throttleProblem(
  context: Context,
  client: LambdaClient,
  FunctionName: string,
): Promise<Finding | undefined> {
  const { ask } = context.deployed.mirror
  const request = client.send(new GetFunctionConcurrencyCommand({ FunctionName }))
  const found = await ifExists(ask('lambda:GetFunctionConcurrency', request), 'ResourceNotFoundException')
  if (found === undefined) return failed(`the function ${FunctionName} was deleted`, restore(context))
  if (found.ReservedConcurrentExecutions !== 0) return undefined
  return failed(`the function ${FunctionName} is throttled: its reserved concurrency is 0`, {
    remedy: 'Let it run:',
    command: awsCommand(context, `lambda delete-function-concurrency --function-name ${FunctionName}`),
  })
}
