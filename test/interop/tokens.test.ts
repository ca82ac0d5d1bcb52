// A registry with a token server as the target of `copy`: tokens that expire, and tokens that grant too little.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { SHORT_LIVED, startWithTokens, USER, versions } from './target-side.ts'
import { rawManifest } from './tools.ts'

const CREDENTIALS = ['--creds', `${USER.username}:${USER.password}`]

describe.each(versions())('%s with a token server', (_, program) => {
  let side: Awaited<ReturnType<typeof startWithTokens>>

  beforeAll(async () => {
    side = await startWithTokens(program)
  })
  afterAll(() => side?.[Symbol.asyncDispose]())

  const toPush = (repository: string) =>
    side.tokens.issued.filter(({ scopes }) => scopes.includes(`repository:${repository}:pull,push`))

  test.each([
    ['a blob', /^PUT .*\/slow\/blob\/blobs\/uploads\//, `${SHORT_LIVED}blob`],
    ['the manifest', /^PUT .*\/slow\/manifest\/manifests\//, `${SHORT_LIVED}manifest`],
  ])('copy renews a token that expires while it sends %s', async (_what, on, repository) => {
    side.faults.add(on, async (request, response, handler) => {
      await toPush(repository)[0]?.expired()
      handler(request, response)
    })
    await side.copy(`${repository}:1`)
    expect(toPush(repository)).toHaveLength(2)
    const there = await rawManifest(`${side.target.address}/${repository}:1`, ...CREDENTIALS)
    expect(there.equals(await rawManifest(`${side.source.address}/team/app:1`))).toBe(true)
  })

  test('copy uses one token for a repository while it is valid', async () => {
    await side.copy('mirror/fast:1')
    expect(toPush('mirror/fast')).toHaveLength(1)
  })

  test('copy fails for a repository that the token server does not grant', async () => {
    await expect(side.copy('other/app:1')).rejects.toMatchObject({
      stdout: expect.stringMatching(/other\/app.*the repository may not exist, or may not be accessible/s),
    })
    expect(side.target.log.some((line) => /PUT .*other\/app.* 201 /.test(line))).toBe(false)
  })
})
