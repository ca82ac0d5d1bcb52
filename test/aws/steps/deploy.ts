// Pushes the source image, deploys the mirror, and deletes it.
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation'
import { deleteStacks } from '../clean.ts'
import { pushImage } from '../image.ts'
import { leftoversOf } from '../names.ts'
import type { Step } from '../step.ts'
import { expectSame, withDeployed } from '../world.ts'

export const source: Step = {
  name: 'source image',
  async run(world) {
    world.digest = await pushImage(world.home, `${world.names.prefix}/source/app`, '1')
    return `pushed ${world.digest} to ${world.home}`
  },
}

export const deploy: Step = {
  name: 'deploy',
  async run(world) {
    const { deployment, list, names, signal } = world
    await deployment.deploy(list, names, signal)
    const arn = await withDeployed(world, async (_, { stateMachineArn }) => stateMachineArn)
    return arn
  },
}

export const destroy: Step = {
  name: 'destroy',
  async run({ home, names, pace }) {
    await deleteStacks(home, leftoversOf(names), pace)
    const client = new CloudFormationClient({ region: home })
    const found = await client.send(new DescribeStacksCommand({ StackName: names.stack })).then(
      ({ Stacks = [] }) => Stacks.map(({ StackStatus }) => StackStatus),
      (error: Error) => error.name,
    )
    client.destroy()
    expectSame('the stack after its deletion', found, 'ValidationError')
    return `${names.stack} is deleted`
  },
}
