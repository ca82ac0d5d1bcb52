import { expect, test } from 'vitest'
import { openingLines } from '../../../cli/run/opening.ts'
import type { Json } from '../../../local/json.ts'
import { parseList } from '../../../mirror/list/parse-list.ts'

const LIST = `
regions: [us-east-1, eu-west-1]
targets:
  lab: {registry: 127.0.0.1:5000}
  down: {registry: 127.0.0.1:5001}
images:
  - docker.io/library/redis:7.4
  - {source: docker.io/library/nginx:1.30, targets: [lab]}
`
const only = [
  { image: 'redis', target: 'lab' },
  { image: 'redis', target: 'us-east-1' },
]

function opening(input: Json = {}, file?: string, text = LIST): string[] {
  const options = { list: 'my.yaml', state: 'state', ...(file === undefined ? {} : { input: file }) }
  return openingLines(parseList(text, 'my.yaml'), input, options, Number.POSITIVE_INFINITY)
}

test('names only the places that an entry goes to', () => {
  expect(opening()).toEqual(['Mirroring my.yaml: 2 entries into us-east-1, eu-west-1, lab'])
  const defaults = LIST.replace('images:', 'defaults: {targets: [down]}\nimages:')
  expect(opening({}, undefined, defaults)).toEqual(['Mirroring my.yaml: 2 entries into lab, down'])
})

test('names every place of a list that has images elsewhere', () => {
  expect(opening({}, undefined, `prefix: mirror${LIST}imagesFrom: s3://lists/more.yaml\n`)).toEqual([
    'Mirroring my.yaml: 2 entries into us-east-1, eu-west-1, lab, down',
  ])
})

test('counts the pairs of an input, and says if they are those that failed', () => {
  expect(opening({ only }, 'state/failed.json')).toEqual(['Rerunning 2 pairs of my.yaml (state/failed.json)'])
  expect(opening({ only: [only[0] ?? null] }, 'one.json')).toEqual(['Mirroring 1 pair of my.yaml (one.json)'])
})

test('names the file of any other input', () => {
  expect(opening({ targets: ['lab'] }, 'in.json')).toEqual(['Mirroring my.yaml, with the input of in.json'])
})

test('says that a dry run compares', () => {
  expect(opening({ dryRun: true })).toEqual(['Comparing my.yaml: 2 entries into us-east-1, eu-west-1, lab'])
})

test('warns that the samples are made up', () => {
  const lines = openingLines(parseList(LIST, 'mirror.yaml'), {}, { state: '.mirror' }, 80)
  expect(lines.join(' ')).toContain('made up for whatever the list names')
  expect(lines.join(' ')).toContain('a misspelt image passes here')
})
