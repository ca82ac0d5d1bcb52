import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readList } from '../../cli/read-list.ts'
import { authority } from '../support/certificate.ts'

test('finds the files of a list next to the list, however its path is written', async () => {
  const { cert } = authority('company')
  const folder = await mkdtemp(join(tmpdir(), 'run-files-'))
  try {
    const path = join(folder, 'list.yaml')
    await mkdir(join(folder, 'certs'))
    await writeFile(join(folder, 'certs/company.pem'), cert)
    await writeFile(
      path,
      'regions: [us-east-1]\nimages: [redis]\nregistries: {harbor.example: {ca: certs/company.pem}}\n',
    )
    const list = await readList(path)
    expect(list.registries).toEqual({ 'harbor.example': { ca: cert } })
  } finally {
    await rm(folder, { recursive: true })
  }
})
