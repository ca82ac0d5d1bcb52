// `npm run screenshots`: makes the pictures in docs/images from real runs on this machine. With names of runs (first,
// outage, long), only theirs; the outage needs the first run.
import { copyFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startBrowser } from '../support/browser/chromium.ts'
import { openCamera } from './camera.ts'
import { shootFirst } from './first.ts'
import { shootLong } from './long.ts'
import { shootOutage } from './outage.ts'
import { LIST, startRegistries } from './registries.ts'

const wanted = process.argv.slice(2)
const isWanted = (name: string) => wanted.length === 0 || wanted.includes(name)

const folder = await mkdtemp(join(tmpdir(), 'screenshots-'))
// The commands and files in the pictures are then those of a user in their own folder.
process.chdir(folder)
await copyFile(LIST, 'mirror.yaml')
const browser = await startBrowser()
const camera = openCamera(browser, join(import.meta.dirname, '..', '..', 'docs', 'images'))
try {
  if (isWanted('first') || isWanted('outage')) {
    const registries = await startRegistries(join(folder, 'upstream'))
    await shootFirst(camera)
    if (isWanted('outage')) await shootOutage(registries, camera)
    await registries.close()
  }
  if (isWanted('long')) await shootLong(join(folder, 'long'), camera)
} finally {
  await browser.close()
  await rm(folder, { recursive: true, force: true })
}
