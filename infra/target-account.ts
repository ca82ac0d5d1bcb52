/** The MirrorTargetAccount construct: what another account needs so that a mirror can write to it. */
import { Stack, Token } from 'aws-cdk-lib'
import { CfnRegistryPolicy } from 'aws-cdk-lib/aws-ecr'
import { CfnRole, type IRole, Role } from 'aws-cdk-lib/aws-iam'
import { Construct } from 'constructs'
import type { RepositorySettings } from '../mirror/list/config.ts'
import { actionsOfSettings } from '../mirror/repositories/actions.ts'
import { defaultRoles, registryPolicy, rolePolicy, trustPolicy } from '../mirror/target-account/documents.ts'

export interface MirrorTargetAccountProps {
  /** The account of the mirror. */
  readonly mirrorAccount: string

  /**
   * ARNs of the roles of the mirror's Diff and Sync; `*` matches any characters.
   * @default - the roles of stacks whose name begins with `ImageMirror-`, which is what the app deploys
   */
  readonly mirrorRoles?: readonly string[]

  /** Repositories that the mirror may create and write; `*` matches any characters (`mirror/*`). */
  readonly repositories: readonly string[]

  /**
   * Whether the mirror may delete tags, for a list with `prune`.
   * @default false
   */
  readonly prunes?: boolean

  /**
   * The `repositories` of the list, for the permissions that its settings need.
   * @default - the list states no settings
   */
  readonly settings?: RepositorySettings

  /**
   * How the mirror gets in. `role`: a role that it assumes, in one stack for all regions. `policy`: a registry policy,
   * in a stack in each region, which replaces the one that the registry has.
   * @default role
   */
  readonly access?: 'role' | 'policy'

  /**
   * The regions that the mirror may write to. Only with `access: 'role'`.
   * @default - the region of the stack
   */
  readonly regions?: readonly string[]

  /**
   * The name of the role, which the list has in `targets`. Only with `access: 'role'`.
   * @default image-mirror
   */
  readonly roleName?: string

  /**
   * The external id that the list has in `targets`. Only with `access: 'role'`.
   * @default - none
   */
  readonly externalId?: string
}

/** Lets a mirror of another account create and write repositories of this account. */
export class MirrorTargetAccount extends Construct {
  /** The role that the mirror assumes. Undefined with `access: 'policy'`. */
  readonly role: IRole | undefined

  constructor(scope: Construct, id: string, props: MirrorTargetAccountProps) {
    super(scope, id)
    const { partition, account, region } = Stack.of(this)
    const { mirrorAccount, regions = [region], repositories } = props
    if (!/^\d{12}$/.test(mirrorAccount) && !Token.isUnresolved(mirrorAccount)) {
      throw new Error(`mirrorAccount: "${mirrorAccount}" is not the id of an account; it has 12 digits`)
    }
    if (repositories.length === 0) throw new Error('repositories: name at least one, such as "mirror/*"')
    const guest = {
      account: mirrorAccount,
      roles: props.mirrorRoles ?? defaultRoles(partition, mirrorAccount),
    }
    const { prunes } = props
    const settings = props.settings && actionsOfSettings(props.settings)
    const opened = { partition, account, regions, repositories, prunes, settings }
    if (props.access === 'policy') {
      new CfnRegistryPolicy(this, 'RegistryPolicy', { policyText: registryPolicy(guest, opened, region) })
      return
    }
    const role = new CfnRole(this, 'Role', {
      roleName: props.roleName ?? 'image-mirror',
      description: `Lets the image-mirror of ${mirrorAccount} write repositories`,
      assumeRolePolicyDocument: trustPolicy(guest, partition, props.externalId),
      policies: [{ policyName: 'Repositories', policyDocument: rolePolicy(opened) }],
    })
    this.role = Role.fromRoleArn(this, 'Assumed', role.attrArn)
  }
}
