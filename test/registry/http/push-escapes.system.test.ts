// A hostile target: what it names while it is pushed to must never receive credentials.
import { expect, test } from 'vitest'
import { digestOf } from '../../../registry/model/digest.ts'
import { MediaType } from '../../../registry/model/manifest.ts'
import { type Action, afterReading, answer } from '../../support/actions.ts'
import { stolen } from '../../support/canary.ts'
import { randomBlob, sourceOf } from '../../support/content.ts'
import { type PublicNames, startPublicNames } from '../../support/public-names.ts'

/** A request of a push, and the operation that sends it. */
interface Step {
  readonly on: RegExp
  /** A request that the registry refuses as too large, so that the client continues with `on`. */
  readonly tooLarge?: RegExp
  work(stage: PublicNames): Promise<unknown>
}

const pushBlob = ({ repository }: PublicNames) => {
  const blob = randomBlob(1000)
  return repository.putBlob(blob.descriptor, sourceOf(blob))
}
/** An index, because it needs no content. */
const pushManifest = ({ repository }: PublicNames) => {
  const mediaType = MediaType.ociIndex
  const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, manifests: [] }))
  return repository.putManifest({ mediaType, digest: digestOf(bytes), bytes }, 'v2')
}

const START: Step = { on: /POST .*uploads/, work: pushBlob }
const BYTES: Step = { on: /PUT .*uploads/, work: pushBlob }
const PATCH: Step = { on: /PATCH .*uploads/, tooLarge: BYTES.on, work: pushBlob }
const MANIFEST: Step = { on: /PUT .*manifests/, work: pushManifest }
const MOUNT: Step = {
  on: /mount=/,
  work: ({ repository, sibling }) => repository.mountBlob(sibling.descriptor, 'team/base'),
}
const STEPS: [string, Step][] = [
  ['the start of an upload', START],
  ['the bytes of an upload', BYTES],
  ['the bytes of a PATCH', PATCH],
  ['a manifest', MANIFEST],
  ['a mount', MOUNT],
]

const redirect = (status: number, url: string): Action => afterReading(answer(status, { location: url }))
const realm = (url: string): Action =>
  afterReading(answer(401, { 'www-authenticate': `Bearer realm="${url}",service="x"` }))

const PLACES: [string, (stage: PublicNames) => string][] = [
  ['storage of another domain', ({ port }) => `https://storage.test:${port}/x`],
  ['storage that asks for credentials', ({ port }) => `https://storage.test:${port}/challenge`],
  ['a domain that begins with its name', ({ port }) => `https://registry.test.evil.test:${port}/x`],
  ['another port of its name', ({ port }) => `https://registry.test:${port}/x`],
  ['plain HTTP at its own name', ({ plainPort }) => `http://registry.test:${plainPort}/x`],
  ['a private address', ({ port }) => `https://inside.test:${port}/x`],
  ['the metadata service', ({ port }) => `https://metadata.test:${port}/x`],
  ['an IPv4 address', ({ port }) => `https://127.0.0.2:${port}/x`],
  ['a decimal address', ({ port }) => `https://2130706434:${port}/x`],
  ['a mapped address', ({ port }) => `https://[::ffff:127.0.0.2]:${port}/x`],
  ['an IPv6 address', ({ port }) => `https://[::1]:${port}/x`],
  ['itself as the user', ({ address, port }) => `https://${address}@storage.test:${port}/x`],
]

const CASES = STEPS.flatMap(([what, step]) =>
  PLACES.map(([where, urlOf]) => [what, where, step, urlOf] as const),
)

/** Returns the result or the error of the step. */
async function play(stage: PublicNames, step: Step, action: Action): Promise<unknown> {
  const { on, tooLarge, work } = step
  if (tooLarge !== undefined) stage.registry.faults.add(tooLarge, afterReading(answer(413, {})))
  stage.registry.faults.add({ on, times: 9 }, action)
  return work(stage).catch((error: unknown) => error)
}

test.each(CASES.flatMap((one) => [301, 302, 303, 307, 308].map((status) => [status, ...one] as const)))(
  '%i redirect of %s to %s: no credentials leave',
  async (status, _what, _where, step, urlOf) => {
    await using stage = await startPublicNames()
    await play(stage, step, redirect(status, urlOf(stage)))
    expect(stage.registry.matching(step.on)).not.toEqual([])
    expect(stolen([stage.watcher])).toEqual([])
  },
)

test.each(CASES)('realm in the refusal of %s at %s: no credentials leave', async (_, _where, step, urlOf) => {
  await using stage = await startPublicNames()
  const end = await play(stage, step, realm(urlOf(stage)))
  // A refused mount is no error: the blob is uploaded instead.
  expect(end === false || end instanceof Error).toBe(true)
  expect(stage.registry.matching(step.on)).not.toEqual([])
  expect(stolen([stage.watcher])).toEqual([])
})

const NAMING_A_SESSION = CASES.filter(([, , step]) => step === START || step === PATCH || step === MOUNT)

test.each(NAMING_A_SESSION)('Location for %s at %s: no credentials leave', async (_, _where, step, urlOf) => {
  await using stage = await startPublicNames()
  await play(stage, step, afterReading(answer(202, { location: urlOf(stage) })))
  expect(stage.registry.matching(step.on)).not.toEqual([])
  expect(stolen([stage.watcher])).toEqual([])
})
