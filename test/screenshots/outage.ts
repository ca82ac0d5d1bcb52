/** Pictures of a night on which a registry is down, a tag has moved, and the list names a tag that does not exist. */
import { readFile, writeFile } from 'node:fs/promises'
import { program } from '../cli/program.ts'
import { PHONE } from '../support/browser/tab.ts'
import type { Camera } from './camera.ts'
import type { Registries } from './registries.ts'

export async function shootOutage(registries: Registries, camera: Camera): Promise<void> {
  await registries.move('library/redis', '7.4')
  registries.stop('quay.io')
  await writeFile('mirror.yaml', (await readFile('mirror.yaml', 'utf8')).replace('pause:3.9', 'pause:3.99'))
  const { stdout, stderr } = await program('run', '--list', 'mirror.yaml')
  const [report, status] = ['Report', 'Status'].map(
    (name) => new RegExp(`^${name}: +(\\S+)$`, 'm').exec(stdout)?.[1],
  )
  if (report === undefined || status === undefined)
    throw new Error(`the run has no pages:\n${stderr}${stdout}`)
  await camera.shoot('report-failures', report, { height: 1_000 })
  await camera.shoot('report-dark', report, { dark: true }, (page) =>
    page.evaluate(() => document.getElementById('images')?.scrollIntoView()),
  )
  await camera.shoot('report-phone', report, PHONE)
  await camera.shoot('status-light', status)
  await camera.shoot('status-dark', status, { dark: true })
  await camera.shoot('status-phone', status, { ...PHONE, dark: true }, (page) =>
    page.evaluate(() => document.getElementById('problems')?.scrollIntoView()),
  )
}
