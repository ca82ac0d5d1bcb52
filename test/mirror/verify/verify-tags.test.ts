// Which tags are kept, what is remembered of it, and what it costs.
import { expect, test } from 'vitest'
import type { Verified } from '../../../mirror/verify/verified.ts'
import type { Found, Verdict, Verifier } from '../../../mirror/verify/verifier.ts'
import { verifyTags } from '../../../mirror/verify/verify-tags.ts'
import { RegistryError, type RegistryErrorKind } from '../../../registry/model/errors.ts'
import { descriptorOf, digestOf } from '../resolve/sources.ts'

const tag = (name: string, of = name) => ({ tag: name, ...descriptorOf(of) })
const refused = (kind: RegistryErrorKind) => new RegistryError('the registry says no', { kind })

interface Given {
  /** By the name of the image. @default - verified */
  readonly verdicts?: Readonly<Record<string, Verdict | Error>>
  /** Names of its candidates. */
  readonly candidates?: readonly string[]
  readonly id?: string
}

function verifierOf({ verdicts = {}, candidates = ['signature'], id = 'rules' }: Given = {}) {
  const asked: string[] = []
  const names = new Map(
    ['a', 'b', 'c', ...Object.keys(verdicts)].map((name) => [digestOf(name) as string, name]),
  )
  const verifier: Verifier = {
    id,
    async find(digest) {
      asked.push(`find ${names.get(digest)}`)
      return { candidates: candidates.map((name) => descriptorOf(name)) } satisfies Found
    },
    async check(digest) {
      const name = names.get(digest) ?? ''
      asked.push(`check ${name}`)
      const verdict = verdicts[name] ?? { is: 'verified' }
      if (verdict instanceof Error) throw verdict
      return verdict
    },
  }
  return { verifier, asked }
}

async function verify(tags: ReturnType<typeof tag>[], given: Given = {}, before?: Verified) {
  const { verifier, asked } = verifierOf(given)
  let remembered: Verified | undefined
  const remember = async (next: Verified) => {
    remembered = next
  }
  const run = verifyTags(tags, { name: 'docker.io/library/redis', verifier, before, remember })
  const result = await run.catch((error: unknown) => ({ error }))
  return { ...result, asked, remembered: remembered as Verified | undefined }
}

const BAD: Verdict = { is: 'invalid', reason: 'x.sig: it was not made with the key' }

test('a tag whose signature does not fit fails by name, and the others go on', async () => {
  const result = await verify([tag('1', 'a'), tag('2', 'b')], { verdicts: { b: BAD } })
  expect(result).toMatchObject({
    tags: [tag('1', 'a')],
    failed: [
      {
        tag: '2',
        digest: digestOf('b'),
        name: 'SignatureInvalid',
        message: `docker.io/library/redis:2@${digestOf('b')} has no signature that fits "verify", so it is not copied: x.sig: it was not made with the key`,
      },
    ],
  })
})

test.each([
  ['unsigned', 'SignatureMissing', 'has no signature, so it is not copied'],
  ['invalid', 'SignatureInvalid', 'has no signature that fits "verify", so it is not copied'],
  ['unsupported', 'SignatureUnsupported', 'has no signature that can be checked here, so it is not copied'],
] as const)('an image that is %s fails as %s', async (is, name, text) => {
  const result = await verify([tag('1', 'a')], { verdicts: { a: { is, reason: 'why' } } })
  expect(result).toMatchObject({ failed: [{ name, message: expect.stringContaining(`${text}: why`) }] })
})

test.each([
  ['unavailable', 'RegistryUnavailable'],
  ['unauthorized', 'AccessDenied'],
  ['refused', 'RequestRefused'],
] as const)('what could not be checked (%s) is not called bad', async (kind, name) => {
  const result = await verify([tag('1', 'a'), tag('2', 'b')], { verdicts: { a: refused(kind) } })
  expect(result).toMatchObject({ tags: [tag('2', 'b')], failed: [{ tag: '1', name }] })
  expect(result.remembered).toMatchObject({ digests: [digestOf('b')], refused: {} })
})

test('tags of one digest are checked once', async () => {
  const { asked } = await verify([tag('1', 'a'), tag('latest', 'a')])
  expect(asked).toEqual(['find a', 'check a'])
})

test('a digest that was verified before is not asked about again', async () => {
  const { remembered } = await verify([tag('1', 'a')])
  const again = await verify([tag('1', 'a'), tag('2', 'b')], {}, remembered)
  expect(again.asked).toEqual(['find b', 'check b'])
  expect(again.remembered?.digests).toEqual([digestOf('a'), digestOf('b')].sort())
})

test('other rules check everything again', async () => {
  const { remembered } = await verify([tag('1', 'a')])
  const again = await verify([tag('1', 'a')], { id: 'others', verdicts: { a: BAD } }, remembered)
  expect(again).toMatchObject({
    asked: ['find a', 'check a'],
    tags: [],
    failed: [{ name: 'SignatureInvalid' }],
  })
  expect(again.remembered).toMatchObject({ verifier: 'others', digests: [] })
})

test('a digest that was refused before is read again only when it has other candidates', async () => {
  const { remembered } = await verify([tag('1', 'a')], { verdicts: { a: BAD } })
  const same = await verify([tag('1', 'a')], { verdicts: { a: BAD } }, remembered)
  expect(same).toMatchObject({ asked: ['find a'], failed: [{ name: 'SignatureInvalid' }], remembered })
  const signed = await verify([tag('1', 'a')], { candidates: ['signature', 'another'] }, same.remembered)
  expect(signed).toMatchObject({ asked: ['find a', 'check a'], tags: [tag('1', 'a')], failed: [] })
  expect(signed.remembered).toMatchObject({ digests: [digestOf('a')], refused: {} })
})

test('digests that are no longer selected are forgotten', async () => {
  const { remembered } = await verify([tag('1', 'a')])
  expect((await verify([tag('2', 'b')], {}, remembered)).remembered?.digests).toEqual([digestOf('b')])
})

test('a rate limit is thrown, and what was verified until then is remembered', async () => {
  const verdicts = { b: refused('rateLimited') }
  const before: Verified = {
    verifier: 'rules',
    digests: [],
    refused: { [digestOf('c')]: { candidates: 'other', is: 'invalid', reason: 'old' } },
  }
  const result = await verify([tag('1', 'a'), tag('2', 'b')], { verdicts }, before)
  expect(result).toMatchObject({ error: { kind: 'rateLimited' } })
  expect(result.remembered?.digests).toEqual([digestOf('a')])
})

test('a source that fails again and again is not asked about hundreds of digests', async () => {
  const names = Array.from({ length: 200 }, (_, index) => `image${index}`)
  const verdicts = Object.fromEntries(names.map((name) => [name, refused('unavailable')]))
  const result = await verify(
    names.map((name) => tag(name)),
    { verdicts },
  )
  expect(result).toMatchObject({ tags: [], failed: { length: 200 } })
  expect(result.asked.length).toBeLessThan(50)
})
