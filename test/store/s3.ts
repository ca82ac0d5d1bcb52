// An S3 server in this process, which the AWS SDK finds by its environment variables.
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { startEmulator } from '../../local/emulator.ts'

export interface LocalS3 {
  readonly url: string
  stop(): Promise<void>
}

const BUCKETS = ['work', 'other']

/** Start it before creating clients, because the SDK reads the environment at creation. */
export async function startS3(): Promise<LocalS3> {
  const { endpoint: url, close } = await startEmulator({ account: '123456789012', region: 'us-east-1' })
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_S3: url,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  })
  const client = new S3Client()
  for (const Bucket of BUCKETS) await client.send(new CreateBucketCommand({ Bucket }))
  client.destroy()
  return { url, stop: close }
}
