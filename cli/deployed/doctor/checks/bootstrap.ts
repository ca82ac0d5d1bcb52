/** Checks that each region with a stack is bootstrapped, with a version that the stack accepts. */
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm'
import { ifExists } from '../../aws/if-exists.ts'
import { type Check, type Context, cdkCommand, using } from '../context.ts'
import { allOk, type Finding, failed } from '../document.ts'

/** Of stacks by CDK v2: https://docs.aws.amazon.com/cdk/v2/guide/bootstrapping-env.html */
const OLDEST = 6

export const bootstrap: Check = {
  name: 'bootstrap',
  async run(context) {
    const { mirror } = context.deployed
    const name = context.stack.parameter('BootstrapVersion')
    // A synthesizer without assets in the bootstrap bucket has no such parameter.
    if (name === undefined) return []
    const from = (await context.list()).push?.from ?? []
    const regions = [...new Set([mirror.region, ...from])]
    const problems = await Promise.all(regions.map((region) => problemOf(context, region, name)))
    return allOk(`${regions.join(', ')} ${regions.length === 1 ? 'is' : 'are'} bootstrapped`, problems)
  },
}

async function problemOf(context: Context, region: string, Name: string): Promise<Finding | undefined> {
  const { mirror } = context.deployed
  const version = await using(new SSMClient(context.config(region)), async (client) => {
    const request = client.send(new GetParameterCommand({ Name }))
    const found = await ifExists(mirror.ask('ssm:GetParameter', request), 'ParameterNotFound')
    return found && Number(found.Parameter?.Value)
  })
  if (version !== undefined && version >= OLDEST) return undefined
  const found =
    version === undefined ? 'is not bootstrapped' : `has version ${version} of the bootstrap stack`
  return failed(`${region} ${found}`, {
    remedy: `Deployments need version ${OLDEST} or later. Bootstrap it:`,
    command: cdkCommand(context, `bootstrap aws://${mirror.account}/${region}`),
  })
}
