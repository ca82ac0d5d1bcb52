// The status page that `npm start -- --serve` serves.
import { networkInterfaces } from 'node:os'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type StatusServer, serveStatus } from '../../../cli/run/serve-status.ts'
import type { Progress } from '../../../local/stepfunctions/progress.ts'
import { after, good } from '../../mirror/status/places.ts'

const MIRROR = { mirror: 'ImageMirror', account: '123456789012', region: 'us-east-1' }
const KNOWN = JSON.stringify(after(undefined, [good()]).status)

let text: string | undefined
let server: StatusServer
beforeEach(async () => {
  text = KNOWN
  server = await serveStatus({ readStatus: async () => text, mirror: MIRROR })
})
afterEach(() => server.close())

async function get(path: string) {
  const response = await fetch(new URL(path, server.url))
  return { status: response.status, type: response.headers.get('content-type'), body: await response.text() }
}

test('serves the page, and status.json beside it as it was written', async () => {
  const page = await get('/')
  expect(page).toMatchObject({ status: 200, type: 'text/html; charset=utf-8' })
  expect(page.body).toContain('The only pair is in sync')
  expect(await get('/status.json')).toEqual({ status: 200, type: 'application/json', body: KNOWN })
  expect(await get('/other')).toMatchObject({ status: 404 })
})

test('shows that nothing is known before the first run', async () => {
  text = undefined
  expect((await get('/')).body).toContain('Nothing is known yet')
  expect(await get('/status.json')).toMatchObject({ status: 404 })
})

test('shows the run in progress until it ends', async () => {
  const pairs = [{ id: '1', image: good().image, target: 'us-east-1', state: 'syncing' as const }]
  server.update({ pairs: () => pairs } as unknown as Progress)
  expect((await get('/')).body).toContain('A run is in progress: 0 of 1 pair done')
  server.end()
  expect((await get('/')).body).not.toContain('A run is in progress')
})

test.each(['{"half', '{"images": []}'])(
  'says that status.json is unreadable (%s), and recovers',
  async (odd) => {
    text = odd
    const page = await get('/')
    expect(page).toMatchObject({ status: 500, type: 'text/plain' })
    expect(page.body).toContain('status.json cannot be read')
    text = KNOWN
    expect(await get('/')).toMatchObject({ status: 200 })
  },
)

test('listens on the loopback address only', async () => {
  const { hostname, port } = new URL(server.url)
  expect(hostname).toBe('127.0.0.1')
  const others = Object.values(networkInterfaces()).flatMap((all = []) =>
    all.filter(({ family, internal }) => family === 'IPv4' && !internal).map(({ address }) => address),
  )
  for (const address of ['127.0.0.2', ...others]) {
    await expect(fetch(`http://${address}:${port}/`), address).rejects.toThrow('fetch failed')
  }
})
