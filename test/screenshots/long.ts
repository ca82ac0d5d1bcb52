/** A picture of a search in the report of 1,000 images in 3 registries. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createRegistryHandler } from '../../local/aws/registry/handler.ts'
import { startServer } from '../../local/aws/registry/server.ts'
import { openStore } from '../../local/aws/registry/store/store.ts'
import { endpointVariable } from '../../registry/http/endpoint.ts'
import { program } from '../cli/program.ts'
import { fillMany } from '../local/scale/images.ts'
import type { Camera } from './camera.ts'

const IMAGES = 1_000
const TARGETS = ['harbor', 'quay', 'backup'] as const
/** The number of repositories that each target lacks. */
const LACKING = 12

export async function shootLong(folder: string, camera: Camera): Promise<void> {
  const { references } = await fillMany(folder, IMAGES, TARGETS)
  const upstream = await startServer(
    createRegistryHandler({ store: await openStore(join(folder, 'upstream')) }),
  )
  process.env[endpointVariable('docker.io')] = `http://${upstream.address}`
  const targets: Record<string, unknown> = {}
  const servers = [upstream]
  for (const [index, name] of TARGETS.entries()) {
    const store = await openStore(join(folder, 'ecr', name))
    for (let number = 0; number < LACKING; number++)
      await store.repositories.delete(`team/app-${number * 8 + index}`)
    const server = await startServer(createRegistryHandler({ store }))
    targets[name] = { registry: server.address }
    servers.push(server)
  }
  const [list, report] = ['list.yaml', 'report.html'].map((name) => join(folder, name)) as [string, string]
  const missing = ['docker.io/team/app-7:2.0', 'docker.io/team/app-42:no-such-tag']
  const images = [...references.map((reference) => `docker.io/${reference}`), ...missing]
  await writeFile(list, JSON.stringify({ targets, defaults: { targets: TARGETS }, images }))
  const { stderr } = await program('sync', list, '--no-cache', '--report', report)
  await camera
    .shoot('report-long', report, { height: 800 }, async (page) => {
      await page.type('#search', 'app-4')
      await page.evaluate(() => document.getElementById('images')?.scrollIntoView())
    })
    .catch((error: unknown) => {
      throw new Error(`${stderr}\n${String(error)}`)
    })
  await Promise.all(servers.map((server) => server.close()))
}
