// An S3 server in this process, which the AWS SDK finds by its environment variables.
import { startFauxqs } from 'fauxqs'

export interface LocalS3 {
  readonly url: string
  stop(): Promise<void>
}

const BUCKETS = ['work', 'other']

/** Start it before creating clients, because the SDK reads the environment at creation. */
export async function startS3(): Promise<LocalS3> {
  const server = await startFauxqs({ port: 0, host: '127.0.0.1', logger: false })
  for (const bucket of BUCKETS) server.createBucket(bucket)
  const url = `http://127.0.0.1:${server.port}`
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_S3: url,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  })
  return { url, stop: () => server.stop() }
}
