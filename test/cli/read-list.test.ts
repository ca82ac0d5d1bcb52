import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readList, readText } from '../../cli/read-list.ts'
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

test.each([
  ['a missing file', 'none/list.yaml', /^file .*none\/list\.yaml not found$/],
  ['a path through a file', 'latin.yaml/list.yaml', /not found: a part of its path is not a folder$/],
  ['a folder', '.', /^\S* is a folder; give the path of a file$/],
  ['other than UTF-8', 'latin.yaml', /latin\.yaml is not text in UTF-8; save it as UTF-8/],
])('explains %s', async (_, path, words) => {
  const folder = await mkdtemp(join(tmpdir(), 'run-files-'))
  try {
    await writeFile(join(folder, 'latin.yaml'), Buffer.from('# caf\xe9\n', 'latin1'))
    await expect(readList(join(folder, path))).rejects.toThrow(words)
  } finally {
    await rm(folder, { recursive: true })
  }
})

test('names the folder in which a list is missing', async () => {
  const missing = `file none.yaml not found in this folder, ${process.cwd()}; change to its folder`
  await expect(readList('none.yaml')).rejects.toThrow(
    `${missing}, give its path, or write a list with "npx image-mirror init"`,
  )
  await expect(readText('none.json', { flag: '--input' })).rejects.toThrow(
    `--input: ${missing.replace('yaml', 'json')}, or give its path`,
  )
})
