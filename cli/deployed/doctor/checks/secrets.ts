/** Checks that the secrets of the list exist in the home region. Reads no value. */
import { DescribeSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { quoteForShell } from '../../../../mirror/shell.ts'
import { plural } from '../../../../mirror/units.ts'
import { ifExists } from '../../aws/if-exists.ts'
import { awsCommand, type Check, type Context, using } from '../context.ts'
import { allOk, type Finding, failed } from '../document.ts'
import { valuesOfKey } from '../values.ts'

export const secrets: Check = {
  name: 'secrets',
  async run(context) {
    const names = valuesOfKey(await context.list(), 'credentials').filter((name) => name !== 'iam')
    const problems = await using(new SecretsManagerClient(context.config()), (client) =>
      Promise.all(names.map((name) => problemOf(context, client, name))),
    )
    return allOk(
      names.length === 0 ? 'the list names none' : `${plural(names.length, 'secret')} present`,
      problems,
    )
  },
}

async function problemOf(
  context: Context,
  client: SecretsManagerClient,
  SecretId: string,
): Promise<Finding | undefined> {
  const { ask, region } = context.deployed.mirror
  const request = client.send(new DescribeSecretCommand({ SecretId }))
  const found = await ifExists(ask('secretsmanager:DescribeSecret', request), 'ResourceNotFoundException')
  if (found === undefined)
    return failed(`the secret ${SecretId} does not exist in ${region}`, {
      remedy: `Create it in ${region}, where the mirror reads it (docs/targets.md), or correct its name in the list:`,
      command: awsCommand(
        context,
        `secretsmanager create-secret --name ${quoteForShell(SecretId)} --secret-string file://secret.json`,
      ),
    })
  if (found.DeletedDate === undefined) return undefined
  return failed(`the secret ${SecretId} is being deleted`, {
    remedy: 'Restore it:',
    command: awsCommand(context, `secretsmanager restore-secret --secret-id ${quoteForShell(SecretId)}`),
  })
}
