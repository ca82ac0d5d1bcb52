/** Checks that the KMS keys of alerts, and those that the list names, are enabled. */
import { DescribeKeyCommand, KMSClient } from '@aws-sdk/client-kms'
import { plural } from '../../../../mirror/units.ts'
import { ifExists } from '../../aws/if-exists.ts'
import { awsCommand, type Check, type Context, using } from '../context.ts'
import { allOk, type Finding, failed } from '../document.ts'
import { valuesLike } from '../values.ts'

const KEY_ARN = /^arn:aws[a-z-]{0,12}:kms:([a-z0-9-]{1,30}):(\d{12}):(?:key|alias)\//

interface Key {
  readonly id: string
  readonly region: string
  /** What fails without it. */
  readonly use: string
}

export const keys: Check = {
  name: 'keys',
  async run(context) {
    const found = [...ofAlerts(context), ...(await ofList(context))]
    const problems = await Promise.all(found.map((key) => problemOf(context, key)))
    return allOk(`${plural(found.length, 'key')} enabled`, problems)
  },
}

function ofAlerts({ stack }: Context): Key[] {
  const use = 'alerts are not sent'
  return stack
    .resources('AWS::KMS::Key')
    .map(({ physicalId }) => ({ id: physicalId, region: stack.region, use }))
}

async function ofList(context: Context): Promise<Key[]> {
  return valuesLike(await context.list(), KEY_ARN).map((id) => ({
    id,
    region: KEY_ARN.exec(id)?.[1] ?? '',
    use: 'images are not verified, or not stored, with it',
  }))
}

async function problemOf(context: Context, { id, region, use }: Key): Promise<Finding | undefined> {
  const { ask } = context.deployed.mirror
  const state = await using(new KMSClient(context.config(region)), async (client) => {
    const request = client.send(new DescribeKeyCommand({ KeyId: id }))
    const found = await ifExists(ask('kms:DescribeKey', request), 'NotFoundException')
    return found === undefined ? 'missing' : found.KeyMetadata?.KeyState
  })
  if (state === 'Enabled') return undefined
  const words = state === 'PendingDeletion' ? 'cancel-key-deletion' : 'enable-key'
  if (state === 'missing')
    return failed(`the key ${id} does not exist in ${region}: ${use}`, {
      remedy: 'Correct it in the list, or deploy again if it is of the stack.',
    })
  return failed(`the key ${id} in ${region} is ${state}: ${use}`, {
    remedy: state === 'PendingDeletion' ? 'Cancel its deletion, and enable it:' : 'Enable it:',
    command: awsCommand(context, `kms ${words} --key-id ${id}`, region),
  })
}
