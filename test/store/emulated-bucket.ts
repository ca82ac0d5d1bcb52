// The work bucket in an embedded S3, with the SDK's client for what the store itself cannot do.
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import type { OnRequest } from '../../local/aws/call.ts'
import { startEmulator } from '../../local/emulator.ts'
import { openWorkBucket, type WorkBucket } from '../../store/work-bucket.ts'

export interface EmulatedBucket extends AsyncDisposable {
  readonly client: S3Client
  /** The bucket `work`. */
  readonly store: WorkBucket
}

/** @param onRequest injects faults */
export async function startEmulatedBucket(onRequest?: OnRequest): Promise<EmulatedBucket> {
  const region = 'us-east-1'
  const { endpoint, close } = await startEmulator({ account: '123456789012', region, onRequest })
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' }
  const client = new S3Client({ endpoint, region, forcePathStyle: true, credentials })
  await client.send(new CreateBucketCommand({ Bucket: 'work' }))
  return {
    client,
    store: openWorkBucket('work', client),
    async [Symbol.asyncDispose]() {
      client.destroy()
      await close()
    },
  }
}
