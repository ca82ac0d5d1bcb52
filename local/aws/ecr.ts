/**
 * Amazon ECR on loopback: one endpoint for the API of all regions, and one registry per region, on disk.
 *
 *     const ecr = await startEcr({ dir, account: '123456789012', regions: ['us-east-1', 'eu-west-1'] })
 *     new ECRClient({ region: 'eu-west-1', endpoint: ecr.endpoint, credentials: any })
 *     … ecr.registries['eu-west-1'] is `127.0.0.1:PORT`, and GetAuthorizationToken's proxyEndpoint too …
 *     await ecr.close()
 *
 * The endpoint also serves Secrets Manager, public keys of KMS, Parameter Store and tables of DynamoDB, each from a file,
 * STS, and what is deployed: Step Functions, CloudFormation, CloudWatch and its logs, rules, schedules, queues, roles,
 * functions and quotas.
 */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { createAwsHandler } from './aws-json.ts'
import { type Call, type OnRequest, openCallLog } from './call.ts'
import { forLoopback } from './caller.ts'
import { bootstrapVersion, denialOf } from './deployed/account-state.ts'
import { alarms } from './deployed/alarms.ts'
import { cloudFormation } from './deployed/cloud-formation.ts'
import { eventRules } from './deployed/event-rules.ts'
import { functions } from './deployed/functions.ts'
import { type Hosted, hostNothing } from './deployed/hosted.ts'
import { logs } from './deployed/logs.ts'
import { queues } from './deployed/queues.ts'
import { roles } from './deployed/roles.ts'
import { schedules } from './deployed/schedules.ts'
import { serviceQuotas } from './deployed/service-quotas.ts'
import { describeStateMachine } from './deployed/state-machines.ts'
import { stepFunctions } from './deployed/step-functions.ts'
import { dynamodb } from './dynamodb.ts'
import { ecrApi } from './ecr/api.ts'
import type { ImageEvent } from './ecr/image-event.ts'
import { layerBucket } from './ecr/layer-bucket.ts'
import { notAuthorized } from './ecr/messages.ts'
import { type EcrRegion, openRegion, type ServedRegion } from './ecr/region.ts'
import { createRegionHandler } from './ecr/region-handler.ts'
import { type Issuer, issuer } from './ecr/tokens.ts'
import { openEcrPublic } from './ecr-public.ts'
import { kms } from './kms.ts'
import { parameterStore } from './parameter-store.ts'
import { allows } from './policies.ts'
import { queryHandler } from './query.ts'
import { type RunningServer, startServer } from './registry/server.ts'
import { restHandler } from './rest-json.ts'
import { secretsManager } from './secrets-manager.ts'
import { type OtherAccount, startSts } from './sts.ts'

export interface EcrOptions {
  /** The folder for images, settings and the log of calls (`calls.jsonl`). */
  readonly dir: string
  readonly account: string
  readonly regions: readonly string[]
  /** Accounts that own repositories too, with the roles that reach them. @default - none */
  readonly accounts?: readonly OtherAccount[]
  /** The alias of the account's registry in ECR Public. @default - ECR Public is not served */
  readonly publicAlias?: string
  /** Injects the fault that it returns for a request. @default - no faults */
  readonly onRequest?: OnRequest
  /** Called with the event that EventBridge would receive for each push. */
  readonly onEvent?: (event: ImageEvent) => void
  /** Allows pulls without a token, which ECR does not, for clients such as `skopeo`. @default false */
  readonly anonymousPull?: boolean
  /** Manifest pushes per second and region; AWS allows 10. @default - no limit */
  readonly putImagesPerSecond?: number
  /** The session token that callers of the API must present. @default - anyone may call */
  readonly key?: string
  /** A JSON file of secrets. @default - no secrets */
  readonly secretsFile?: string
  /** A JSON file of public keys by ARN. @default - no keys */
  readonly keysFile?: string
  /** A YAML file of parameters by name. @default - no parameters */
  readonly parametersFile?: string | undefined
  /** A YAML file of items by table. @default - no tables */
  readonly tablesFile?: string | undefined
  /** @default - nothing is deployed */
  readonly hosted?: Hosted
  /** Whether `calls` keeps every call; the log always does. @default true */
  readonly keepCalls?: boolean
  /** @default - the machine's clock */
  readonly now?: () => number
}

export interface Ecr {
  /** For `AWS_ENDPOINT_URL_ECR`, and those of the other services. */
  readonly endpoint: string
  /** Region -> `127.0.0.1:PORT` of its registry. */
  readonly registries: Readonly<Record<string, string>>
  /** `127.0.0.1:PORT` of ECR Public. */
  readonly publicAddress: string | undefined
  /** The registries of other accounts. */
  readonly others: readonly { readonly account: string; readonly region: string; readonly address: string }[]
  /** Every call so far, of the API and over the registry protocol; empty if calls are not kept. */
  readonly calls: readonly Call[]
  close(): Promise<void>
}

export async function startEcr(options: EcrOptions): Promise<Ecr> {
  const { account, dir, regions } = options
  await mkdir(dir, { recursive: true })
  const log = openCallLog(join(dir, 'calls.jsonl'), options.keepCalls)
  const now = options.now ?? Date.now
  const { hosted = hostNothing() } = options
  const onRequest: OnRequest = (call) => denialOf(hosted.account, call) ?? options.onRequest?.(call)
  const servers: RunningServer[] = []
  const start = async (handler: Parameters<typeof startServer>[0]) => {
    const server = await startServer(forLoopback(handler))
    servers.push(server)
    return server.address
  }

  const sts = startSts({ account, accounts: options.accounts ?? [], log, key: options.key, now })
  const hasEnded = (accessKeyId: string): boolean =>
    (sts.sessions.get(accessKeyId)?.expiresAt ?? Infinity) <= now()
  const issued = issuer(now)
  // A token dies with the session that it was issued to.
  const tokens: Issuer = {
    ...issued,
    hasExpired: (claims) => issued.hasExpired(claims) || hasEnded(claims.accessKeyId),
  }
  const accountOf = (accessKeyId: string): string => sts.sessions.get(accessKeyId)?.account ?? account

  /** Callers of other accounts need a policy that lets them in. Returns the message of a refusal. */
  function denies(
    { account: owner, region }: EcrRegion,
    accessKeyId: string,
    action: string,
    resource: string,
  ): string | undefined {
    const caller = accountOf(accessKeyId)
    if (caller === owner) return undefined
    const policies = (options.accounts ?? []).map(({ account: other, registryPolicies = {} }) =>
      other === owner ? registryPolicies[region] : undefined,
    )
    const isAllowed = policies.some((policy) =>
      allows(policy, { account: caller, action: `ecr:${action}`, resource }),
    )
    return isAllowed ? undefined : notAuthorized(caller, action, resource)
  }

  async function open(owner: string, region: string, folder: string): Promise<ServedRegion> {
    const registry = await openRegion(folder, owner, region)
    const bucket = layerBucket(registry.store, now)
    // Uses a host name other than the registry's, because layers are on another host in AWS.
    const bucketOrigin = (await start(bucket.handler)).replace('127.0.0.1', 'http://localhost')
    const redirectLayer = (...blob: Parameters<typeof bucket.presign>) =>
      `${bucketOrigin}${bucket.presign(...blob)}`
    const handler = createRegionHandler({
      ...options,
      registry,
      tokens,
      log,
      redirectLayer,
      denies: (...call) => denies(registry, ...call),
    })
    return { ...registry, address: await start(handler) }
  }

  const opened = await Promise.all(regions.map((region) => open(account, region, join(dir, region))))
  const others = await Promise.all(
    (options.accounts ?? []).flatMap((other) =>
      other.regions.map((region) => open(other.account, region, join(dir, other.account, region))),
    ),
  )
  const publicly =
    options.publicAlias === undefined
      ? undefined
      : await openEcrPublic({ dir: join(dir, 'public'), account, alias: options.publicAlias, tokens, log })
  const publicAddress = publicly && (await start(publicly.handler))
  const services = [
    ...(publicly === undefined ? [] : [publicly.service]),
    ecrApi({
      regions: [...opened, ...others],
      accountOf,
      tokens,
      denies,
      record: (call) => log.record(call),
    }),
    secretsManager(account, options.secretsFile, hosted.account.deletedSecrets),
    kms(account, options.keysFile, hosted),
    parameterStore(account, options.parametersFile, (region) => bootstrapVersion(hosted.account, region)),
    dynamodb(account, options.tablesFile),
    stepFunctions(
      hosted.executions,
      (...call) => hosted.start(...call),
      (arn) => describeStateMachine(hosted, arn),
    ),
    logs(account, (...log) => hosted.findLog(...log)),
    serviceQuotas(hosted.account),
    eventRules(account, hosted.stacks, hosted.account),
    alarms(account, hosted),
    queues(account, hosted),
  ]
  const all = [...new Set([...opened, ...others].map(({ region }) => region))]
  const answer = createAwsHandler({
    services,
    regions: all,
    log,
    onRequest,
    key: options.key,
    hasExpired: hasEnded,
  })
  const { denied } = hosted.account
  const protocols = [
    sts.answer,
    ...[cloudFormation(hosted.stacks), roles(account, hosted)].map((service) =>
      queryHandler(service, { log, key: options.key, denied }),
    ),
    ...[functions(account, hosted), schedules(account, hosted)].map((service) =>
      restHandler(service, { log, key: options.key, onRequest }),
    ),
  ]
  const api = await start(async (request, response) => {
    for (const answers of protocols) if (await answers(request, response)) return
    await answer(request, response)
  })

  return {
    endpoint: `http://${api}`,
    registries: Object.fromEntries(opened.map(({ region, address }) => [region, address])),
    publicAddress,
    others: others.map(({ account: owner, region, address }) => ({ account: owner, region, address })),
    calls: log.calls,
    async close() {
      await Promise.all(servers.map((server) => server.close()))
      await log.close()
    },
  }
}
