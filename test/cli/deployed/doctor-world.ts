// A healthy mirror with pushes, secrets, keys and a list in Parameter Store, and its diagnosis.
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { doctorCommand } from '../../../cli/deployed/doctor/command.ts'
import { doctor } from '../../../cli/deployed/doctor/doctor.ts'
import type { Diagnosis } from '../../../cli/deployed/doctor/document.ts'
import { documentOf } from '../documents.ts'
import { type DeployedWorld, openDeployedWorld } from './world.ts'

export const SECRET = 'mirror/hub'
export const KEY = 'arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab'
const OTHER_KEY = KEY.replace('us-east-1', 'eu-west-1').replace('1234abcd', '5678abcd')

export function openHealthyWorld(): Promise<DeployedWorld> {
  return openDeployedWorld(
    undefined,
    {
      imagesFrom: 'ssm:/mirror/images',
      allowedRepositories: ['more/*'],
      push: { repositories: ['apps/*'], from: ['us-east-1', 'eu-west-1'] },
      defaults: { credentials: SECRET },
      repositories: { encryption: { kms: { 'us-east-1': KEY, 'eu-west-1': OTHER_KEY } } },
    },
    {
      'secrets.json': JSON.stringify({ [SECRET]: { username: 'x', accessToken: 'y' } }),
      'parameters.yaml': '/mirror/images: "- {source: docker.io/library/redis:7.4, repository: more/redis}"',
      'keys.json': JSON.stringify({ [KEY]: 'not read', [OTHER_KEY]: 'not read' }),
    },
  )
}

export async function diagnose(world: DeployedWorld): Promise<Diagnosis & { readonly status: number }> {
  const { status, out } = await world.run(doctorCommand, doctor, ['--json'])
  return { ...documentOf('doctor', out), status }
}

export const notOk = ({ checks }: Diagnosis) => checks.filter(({ status }) => status !== 'ok')

/** The resources of a type in all stacks. */
export const resourcesIn = ({ deployed }: DeployedWorld, type: string) =>
  deployed.stacks.flatMap(({ resources = [] }) => resources.filter((one) => one.type === type))

/** Changes the list that is deployed. @returns a function that restores it */
export async function changeList(
  { deployed }: DeployedWorld,
  change: (list: object) => object,
): Promise<() => Promise<void>> {
  const urls = deployed.template
    .resources('AWS::Lambda::Function')
    .map(({ properties }) => /"LIST_URL":"s3:\/\/([^/"]+)\/([^"]+)"/.exec(JSON.stringify(properties)))
  const [, Bucket = '', Key = ''] = urls.find((found) => found !== null) ?? []
  const s3 = new S3Client({})
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }))
  const before = (await Body?.transformToString()) ?? ''
  const put = async (text: string) => void (await s3.send(new PutObjectCommand({ Bucket, Key, Body: text })))
  await put(JSON.stringify(change(JSON.parse(before) as object)))
  return () => put(before)
}
