/**
 * Amazon ECR Public on loopback: the part of its API that the mirror calls, and the registry of one account. Anonymous
 * clients may pull. A push needs a token and an existing repository.
 * https://docs.aws.amazon.com/AmazonECRPublic/latest/APIReference/Welcome.html
 */
import { z } from 'zod'
import { AwsError, type Service } from './aws-json.ts'
import type { CallLog } from './call.ts'
import { actionsOf } from './ecr/registry-actions.ts'
import { type Issuer, passwordOf } from './ecr/tokens.ts'
import { bearerAuthenticator } from './registry/authenticators.ts'
import { createRegistryHandler, type Handler } from './registry/handler.ts'
import { openStore } from './registry/store/store.ts'

/** The only region that issues tokens and makes repositories. */
const REGION = 'us-east-1'
const NAME = 'ecr-public'
/** Actions of pulls, which need no permission. */
const PULLS = ['BatchGetImage', 'GetDownloadUrlForLayer', 'ListImages']

export interface EcrPublicOptions {
  readonly dir: string
  readonly account: string
  /** The alias of the account's registry, the first part of each name. */
  readonly alias: string
  readonly tokens: Issuer
  readonly log: CallLog
}

export interface EcrPublic {
  readonly service: Service
  readonly handler: Handler
}

const createSchema = z.object({
  repositoryName: z
    .string()
    .min(2)
    .max(205)
    .regex(/^(?:[a-z0-9]+(?:[._-][a-z0-9]+)*\/)*[a-z0-9]+(?:[._-][a-z0-9]+)*$/),
  tags: z.array(z.object({ Key: z.string(), Value: z.string() })).optional(),
})

export async function openEcrPublic({
  dir,
  account,
  alias,
  tokens,
  log,
}: EcrPublicOptions): Promise<EcrPublic> {
  const store = await openStore(dir)
  const arnOf = (name: string): string => `arn:aws:ecr-public::${account}:repository/${name}`
  const auth = bearerAuthenticator({
    service: 'public.ecr.aws',
    userOf: (authorization) => tokens.read(passwordOf(authorization) ?? '')?.accessKeyId,
  })
  const handle = createRegistryHandler({ store, quirks: { auth, createOnPush: false } })

  async function create(input: unknown): Promise<object> {
    const given = createSchema.safeParse(input)
    if (!given.success) throw new AwsError('InvalidParameterException', given.error.message)
    const { repositoryName } = given.data
    if (!(await store.repositories.create(`${alias}/${repositoryName}`))) {
      const message = `The repository with name '${repositoryName}' already exists in the registry with id '${account}'`
      throw new AwsError('RepositoryAlreadyExistsException', message)
    }
    return { repository: { repositoryName, registryId: account, repositoryArn: arnOf(repositoryName) } }
  }

  return {
    service: {
      name: NAME,
      target: 'SpencerFrontendService',
      anyRegion: true,
      resourceOf(input) {
        const { repositoryName } = createSchema.safeParse(input).data ?? {}
        return repositoryName === undefined ? '*' : arnOf(repositoryName)
      },
      async answer(action, input, { accessKeyId, region }) {
        if (region !== REGION) throw new AwsError('UnknownOperationException', `${NAME} is not in ${region}`)
        if (action === 'CreateRepository') return create(input)
        if (action !== 'GetAuthorizationToken')
          throw new AwsError('UnknownOperationException', `${action} is not part of the embedded ECR Public`)
        // IAM checks this permission of STS, although nothing calls STS.
        const at = new Date().toISOString()
        const bearer = { service: 'sts', action: 'GetServiceBearerToken', resource: '*', by: 'api' } as const
        log.record({ at, region, accessKeyId, ...bearer })
        const { password, expiresAt } = tokens.issue(accessKeyId, NAME)
        const authorizationToken = Buffer.from(`AWS:${password}`).toString('base64')
        return { authorizationData: { authorizationToken, expiresAt: expiresAt / 1000 } }
      },
    },
    async handler(request, response) {
      const accessKeyId = auth.callerOf(request)
      for (const { action, repository = '' } of actionsOf(request)) {
        if (action === undefined || PULLS.includes(action) || accessKeyId === undefined) continue
        const resource = arnOf(repository.slice(repository.indexOf('/') + 1))
        const at = new Date().toISOString()
        log.record({ at, service: NAME, action, region: REGION, accessKeyId, resource, by: 'registry' })
      }
      await handle(request, response)
    },
  }
}
