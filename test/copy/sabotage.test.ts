// The sabotages fit the code of today. Whether they are noticed takes long: npm run test:faults, npm run test:fuzz:sabotage.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { SABOTAGES as FAULTS } from './faults/sabotages.ts'
import { SABOTAGES as FUZZ } from './fuzz/sabotages.ts'

const ROOT = join(import.meta.dirname, '..', '..')

test.each([...FAULTS, ...FUZZ])(
  '$file has the text that "$name" replaces, once',
  async ({ file, replace }) => {
    const text = await readFile(join(ROOT, file), 'utf8')
    expect(text.split(replace)).toHaveLength(2)
  },
)
