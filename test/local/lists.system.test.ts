// Each place that a list may have images in, through the deployed workflow: it changes between runs, breaks, and mends.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CreateBucketCommand, DeleteObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ACCOUNT } from '../../local/cloud.ts'
import type { LocalRun } from '../../local/run.ts'
import { builder } from '../../local/upstream/builder.ts'
import { plainSample } from '../../local/upstream/samples.ts'
import { type FaultyRegistry, startFaultyRegistry } from '../support/faulty-registry.ts'
import { startRun, stateFolder } from './runs.ts'

const REGION = 'us-east-1'
const MANY = Array.from({ length: 11 }, (_, index) => `v${index}`)

let source: FaultyRegistry
beforeAll(async () => {
  source = await startFaultyRegistry()
  for (const name of ['base', 'app', 'tool']) {
    await source.store.repositories.create(name)
    await plainSample(name, ['1', ...(name === 'tool' ? MANY : [])])(builder(source.store, name))
  }
})
afterAll(() => source?.[Symbol.asyncDispose]())

const imageOf = (name: string) => `${source.address}/${name}`

/** Writes the content of a place; undefined for none. */
type Write = (content: unknown) => Promise<void>

interface Place {
  readonly imagesFrom: string
  write(done: LocalRun, stateDir: string): Write
  /** The content for these images. */
  content(images: readonly string[]): unknown
  /** A content of more than one page of the service. @default - it has no pages */
  pages?(images: readonly string[]): unknown
  /** A content with an image, and another one that has expired. @default - it cannot say so */
  expired?(image: string, gone: string): unknown
  readonly empty: unknown
  readonly half: () => unknown
  /** The words of the alert for each content. */
  readonly alerts: { readonly missing: string; readonly empty: string; readonly half: string }
}

const yamlOf = (images: readonly string[]) => images.map((image) => `- ${image}\n`).join('')

const yamlWithExpired = (image: string, gone: string) =>
  `${yamlOf([image])}- {source: '${gone}', expires: 2020-01-01}\n`

const fileOf =
  (name: string, of: (content: unknown) => object): Place['write'] =>
  (_, stateDir) =>
  (content) =>
    writeFile(join(stateDir, name), JSON.stringify(of(content)))

const itemsOf = (images: readonly string[], others: object = {}) =>
  images.map((image) => ({
    Source: image,
    Destination: `${ACCOUNT}.dkr.ecr.${REGION}.amazonaws.com/mirror/${image.split('/')[1]}`,
    ...others,
  }))

const half = () => `- ${imageOf('app')}:1\n- "${source.address}/to`

const PLACES: readonly Place[] = [
  {
    imagesFrom: 's3://lists/team/images.yaml',
    write(done) {
      const credentials = { accessKeyId: 'operator', secretAccessKey: 'x', sessionToken: done.key }
      const client = new S3Client({
        region: REGION,
        endpoint: done.s3Endpoint,
        credentials,
        forcePathStyle: true,
      })
      const object = { Bucket: 'lists', Key: 'team/images.yaml' }
      let made: Promise<unknown> | undefined
      return async (content) => {
        made ??= client.send(new CreateBucketCommand({ Bucket: 'lists' }))
        await made
        await client.send(
          content === undefined
            ? new DeleteObjectCommand(object)
            : new PutObjectCommand({ ...object, Body: String(content) }),
        )
      }
    },
    content: yamlOf,
    expired: yamlWithExpired,
    empty: '',
    half,
    alerts: {
      missing: 's3://lists/team/images.yaml does not exist',
      empty: 's3://lists/team/images.yaml: is empty',
      half: 's3://lists/team/images.yaml:2: ',
    },
  },
  {
    imagesFrom: 'ssm:/mirror/images',
    write: fileOf('parameters.yaml', (value) => (value === undefined ? {} : { '/mirror/images': value })),
    content: (images) => [...images],
    empty: ' ',
    half: () => [`${imageOf('app')}:1`, ''],
    alerts: {
      missing: 'ssm:/mirror/images does not exist',
      empty: 'ssm:/mirror/images: is empty',
      half: 'ssm:/mirror/images: images[1] is empty: remove the comma',
    },
  },
  {
    imagesFrom: 'ssm:/mirror/parts/',
    write: fileOf('parameters.yaml', (parts) => (parts ?? {}) as object),
    content: (images) =>
      Object.fromEntries(images.map((image, index) => [`/mirror/parts/${index}`, yamlOf([image])])),
    pages: (images) =>
      Object.fromEntries(images.map((image, index) => [`/mirror/parts/${index}`, yamlOf([image])])),
    expired: (image, gone) => ({ '/mirror/parts/a': yamlWithExpired(image, gone) }),
    empty: { '/mirror/parts/a': '[]' },
    half: () => ({ '/mirror/parts/a': yamlOf([`${imageOf('app')}:1`]), '/mirror/parts/b': half() }),
    alerts: {
      missing: 'ssm:/mirror/parts/ has no parameters below it',
      empty: 'ssm:/mirror/parts/a:1: images is empty',
      half: 'ssm:/mirror/parts/b:2: ',
    },
  },
  {
    imagesFrom: 'dynamodb:mirror',
    write: fileOf('tables.yaml', (items) => (items === undefined ? {} : { mirror: items })),
    content: (images) => itemsOf(images),
    pages: (images) => itemsOf(images, { Notes: 'n'.repeat(100_000) }),
    expired: (image, gone) => [...itemsOf([image]), ...itemsOf([gone], { Expires: 1_577_836_800 })],
    empty: [],
    half: () => [...itemsOf([`${imageOf('app')}:1`]), { Source: `${imageOf('tool')}:1`, Destination: '' }],
    alerts: {
      missing: 'dynamodb:mirror does not exist',
      empty: 'dynamodb:mirror: has no items that have not expired',
      half: 'it has no destination',
    },
  },
]

describe.each(PLACES)('$imagesFrom', (place) => {
  const stack = new AsyncDisposableStack()
  let done: LocalRun
  let write: Write

  beforeAll(async () => {
    const stateDir = await stateFolder(stack)
    const { imagesFrom } = place
    const given = {
      regions: [REGION],
      prefix: 'mirror',
      allowedRegistries: [source.address],
      imagesFrom,
      images: [`${imageOf('base')}:1`],
    }
    done = await startRun(stack, given, { stateDir, anonymousPull: false })
    write = place.write(done, stateDir)
  })

  afterAll(() => stack.disposeAsync())

  const names = (pairs: readonly { readonly image: string }[]) => pairs.map(({ image }) => image).sort()
  const listed = (...images: string[]) => images.map((image) => imageOf(image)).sort()

  test('refuses the first run of a place that is missing', () => {
    expect(done.ended).toMatchObject({ status: 'FAILED', error: 'PlanRefused' })
    expect(done.alerts[0]?.message).toContain(place.alerts.missing)
  })

  test('mirrors what the place holds in each run, without a deployment', async () => {
    await write(place.content([`${imageOf('app')}:1`]))
    const first = await done.execute({})
    expect(first.ended.status).toBe('SUCCEEDED')
    expect(names(first.document.pairs)).toEqual(listed('app:1', 'base:1'))
    await write(place.content([`${imageOf('app')}:1`, `${imageOf('tool')}:1`]))
    const second = await done.execute({})
    expect(names(second.document.pairs)).toEqual(listed('app:1', 'base:1', 'tool:1'))
    expect(second.document.counts).toMatchObject({ inSync: 2, synced: 1 })
  })

  test.each(['missing', 'empty', 'half'] as const)(
    'fails and mirrors the last good list while the place is %s',
    async (state) => {
      const contents = { missing: undefined, empty: place.empty, half: place.half() }
      await write(contents[state])
      const { ended, alerts, document } = await done.execute({})
      expect(ended).toMatchObject({ status: 'FAILED', error: 'MirrorFailed' })
      expect(names(document.pairs)).toEqual(listed('app:1', 'base:1', 'tool:1'))
      expect(document.counts).toMatchObject({ inSync: 3, failed: 0 })
      expect(alerts).toHaveLength(1)
      expect(alerts[0]?.message).toContain(place.alerts[state])
      expect(alerts[0]?.message).toContain('The list is broken. Runs use the list of\n20')
    },
  )

  test('runs a list of the input while the place is broken', async () => {
    const { ended, document } = await done.execute({ images: [`${imageOf('app')}:1`] })
    expect(ended.status).toBe('SUCCEEDED')
    expect(document.pairs).toHaveLength(1)
  })

  test('succeeds again when the place is mended', async () => {
    await write(place.content([`${imageOf('tool')}:1`]))
    const { ended, document } = await done.execute({})
    expect(ended.status).toBe('SUCCEEDED')
    expect(names(document.pairs)).toEqual(listed('base:1', 'tool:1'))
  })

  const { pages, expired } = place
  if (pages !== undefined) {
    test('reads every page of the place', async () => {
      const images = MANY.map((tag) => `${imageOf('tool')}:${tag}`)
      await write(pages(images))
      const { document } = await done.execute({ dryRun: true })
      expect(names(document.pairs)).toEqual([...images, imageOf('base:1')].sort())
    })
  }

  if (expired !== undefined) {
    test('leaves out what has expired', async () => {
      await write(expired(`${imageOf('tool')}:1`, `${imageOf('app')}:1`))
      const { ended, document } = await done.execute({})
      expect(ended.status).toBe('SUCCEEDED')
      expect(names(document.pairs)).toEqual(listed('base:1', 'tool:1'))
    })
  }
})
