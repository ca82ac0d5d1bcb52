import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Sample, startSample } from '../../local/sample.ts'
import { parseList } from '../../mirror/list/parse-list.ts'

const list = parseList(
  'regions: [us-east-1]\nimages: [redis:7.4, "quay.io/prometheus/node-exporter:v1.8.2", "127.0.0.1:5000/a:1"]',
  'list.yaml',
)
let folder: string
let sample: Sample
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sample-'))
  sample = await startSample(list, folder)
})
afterAll(async () => {
  await sample.close()
  await rm(folder, { recursive: true, force: true })
})

test('redirects every registry of the list', () => {
  expect(Object.keys(sample.environment)).toEqual([
    'REGISTRY_ENDPOINT_URL_DOCKER_IO',
    'REGISTRY_ENDPOINT_URL_QUAY_IO',
    'REGISTRY_ENDPOINT_URL_127_0_0_1_5000',
  ])
})

test.each(['library/redis/manifests/7.4', 'prometheus/node-exporter/manifests/v1.8.2'])(
  'it has %s',
  async (path) => {
    const answer = await fetch(`${sample.environment.REGISTRY_ENDPOINT_URL_DOCKER_IO}/v2/${path}`)
    expect(answer.status).toBe(200)
  },
)
