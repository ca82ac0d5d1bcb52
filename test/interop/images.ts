// Images that umoci builds from files of this Debian machine, and skopeo pushes.
import { createHash } from 'node:crypto'
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { tool } from './tools.ts'

/** Files that every Debian has: a text, a program, and a file of a few megabytes. */
export const DEBIAN_FILES = ['/etc/debian_version', '/bin/ls', '/usr/bin/dpkg', '/usr/bin/perl']

interface Layout {
  readonly schemaVersion: number
  readonly manifests: readonly { digest: string; size: number; annotations?: Record<string, string> }[]
}

/** Adds an image to an OCI layout, with one layer per file, so that the images of a layout share layers. */
async function addImage(layout: string, tag: string, architecture: string, files: readonly string[]) {
  const image = `${layout}:${tag}`
  await tool('umoci', 'new', '--image', image)
  const bundle = `${layout}-${tag}-bundle`
  for (const file of files) {
    await tool('umoci', 'unpack', '--rootless', '--image', image, bundle)
    await mkdir(join(bundle, 'rootfs', 'files'), { recursive: true })
    await cp(file, join(bundle, 'rootfs', 'files', basename(file)))
    await tool('umoci', 'repack', '--refresh-bundle', '--image', image, bundle)
    await tool('rm', '-rf', bundle)
  }
  await tool('umoci', 'config', '--image', image, '--architecture', architecture, '--os', 'linux')
}

/** An OCI layout with an image for each architecture, named after it, and their index `multi`. */
export async function makeLayout(layout: string, architectures = ['amd64', 'arm64']): Promise<void> {
  await tool('umoci', 'init', '--layout', layout)
  for (const [index, name] of architectures.entries()) {
    await addImage(layout, name, name, index === 0 ? DEBIAN_FILES : DEBIAN_FILES.slice(0, 2))
  }
  await addIndex(layout, 'multi', architectures)
}

/** Combines images of a layout into a tagged index, which umoci cannot do. */
async function addIndex(layout: string, tag: string, members: readonly string[]): Promise<void> {
  const path = join(layout, 'index.json')
  const top = JSON.parse(await readFile(path, 'utf8')) as Layout
  const manifests = members.map((member) => {
    const found = top.manifests.find(
      (one) => one.annotations?.['org.opencontainers.image.ref.name'] === member,
    )
    if (!found) throw new Error(`no image ${member} in ${layout}`)
    const { annotations: _, ...descriptor } = found
    return { ...descriptor, platform: { os: 'linux', architecture: member } }
  })
  const mediaType = 'application/vnd.oci.image.index.v1+json'
  const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, manifests }))
  const hex = createHash('sha256').update(bytes).digest('hex')
  await writeFile(join(layout, 'blobs', 'sha256', hex), bytes)
  const descriptor = {
    mediaType,
    digest: `sha256:${hex}`,
    size: bytes.length,
    annotations: { 'org.opencontainers.image.ref.name': tag },
  }
  await writeFile(path, JSON.stringify({ ...top, manifests: [...top.manifests, descriptor] }))
}

export async function push(
  layout: string,
  tag: string,
  reference: string,
  ...flags: string[]
): Promise<void> {
  await tool(
    'skopeo',
    'copy',
    '--all',
    '--dest-tls-verify=false',
    ...flags,
    `oci:${layout}:${tag}`,
    `docker://${reference}`,
  )
}

/** Pulls with skopeo, unpacks with umoci, and returns the folder of files. */
export async function pullAndUnpack(reference: string, folder: string): Promise<string> {
  await tool('skopeo', 'copy', '--src-tls-verify=false', `docker://${reference}`, `oci:${folder}:it`)
  await tool('umoci', 'unpack', '--rootless', '--image', `${folder}:it`, `${folder}-bundle`)
  return join(`${folder}-bundle`, 'rootfs', 'files')
}
