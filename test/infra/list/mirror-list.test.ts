// The list of a construct: its sources, and the reported errors.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { App, Fn, Stack } from 'aws-cdk-lib'
import { afterAll, expect, test } from 'vitest'
import {
  ImageMirrorList,
  type InlineListProps,
  listFrom,
  withImages,
} from '../../../infra/list/mirror-list.ts'
import type { List } from '../../../mirror/list/config.ts'
import { keyPair } from '../../signatures/signed.ts'
import { listOf } from '../templates.ts'

const folder = mkdtempSync(join(tmpdir(), 'mirror-list-'))
afterAll(() => rmSync(folder, { recursive: true }))

const PROPS: InlineListProps = { images: ['redis:7.4'], regions: ['us-east-1', 'eu-west-1'] }

function stackIn(region?: string): Stack {
  const app = new App({ builtinCloudFormationValidation: false })
  return new Stack(app, 'Test', region === undefined ? {} : { env: { region } })
}

/** Returns the list from the props, and the errors that synthesis would report. */
function read(props: InlineListProps, region?: string): { readonly list: List; readonly errors: string[] } {
  const stack = stackIn(region)
  const list = listFrom(stack, props)
  return { list, errors: errorsOf(stack) }
}

function errorsOf(stack: Stack): string[] {
  return stack.node.metadata.filter(({ type }) => type === 'aws:cdk:error').map(({ data }) => String(data))
}

test('takes the keys of a list as props', () => {
  const { list, errors } = read({ ...PROPS, prefix: 'mirror' })
  expect(errors).toEqual([])
  expect(list).toMatchObject({ images: ['redis:7.4'], prefix: 'mirror', repositories: {} })
})

test('reports every mistake with its prop and its fix', () => {
  const { errors } = read({
    images: ['redis:7.4', 'UPPER/case'],
    regions: ['us-east-9' as 'us-east-1'],
    prefix: '',
  })
  expect(errors).toHaveLength(3)
  expect(errors).toContainEqual(
    expect.stringMatching(/^regions\[0\]: "us-east-9" is not a region.*us-east-1/),
  )
  expect(errors).toContainEqual(expect.stringMatching(/^images\[1\]/))
  expect(errors).toContainEqual(expect.stringMatching(/^prefix/))
})

test('reads the keys that verify images from files beside the list', () => {
  const { pem } = keyPair()
  writeFileSync(join(folder, 'cosign.pub'), pem)
  const path = join(folder, 'verified.yaml')
  writeFileSync(path, 'regions: [us-east-1]\nimages: [{source: redis, verify: {key: cosign.pub}}]\n')
  expect(ImageMirrorList.fromFile(path).images).toEqual([{ source: 'redis', verify: { key: pem } }])
})

test('asks for images or a list if both are missing', () => {
  expect(read({}).errors).toEqual([expect.stringContaining("ImageMirrorList.fromFile('mirror.yaml')")])
})

test('refuses a list together with props that belong into the list', () => {
  const { errors } = read({ list: listOf(), prefix: 'other' })
  expect(errors).toEqual([
    expect.stringMatching(/^list: cannot be combined with prefix; set prefix in the list/),
  ])
})

test.each<[string, InlineListProps]>([
  ['images[0]', { ...PROPS, images: [Fn.importValue('Image')] }],
  ['images[0].source', { ...PROPS, images: [{ source: `${Fn.importValue('Host')}/app` }] }],
  ['prefix', { ...PROPS, prefix: Fn.importValue('Prefix') }],
])('refuses a token in %s', (prop, props) => {
  expect(read(props).errors).toEqual([
    expect.stringMatching(`^${prop.replaceAll(/[[\]]/g, '\\$&')}: .*known only at`),
  ])
})

test.each([
  ['the region of the stack', 'eu-west-1', 'eu-west-1'],
  ['the first region, if the list leaves out that of the stack', 'eu-central-1', undefined],
  ['the first region, if that of the stack is not known yet', undefined, undefined],
])('uses %s as the home region', (_, region, home) => {
  expect(read(PROPS, region)).toMatchObject({ list: home === undefined ? {} : { home }, errors: [] })
  expect(read(PROPS, region).list.home).toBe(home)
})

test("refuses a list with another home than the stack's region", () => {
  const { errors } = read({ list: listOf({ home: 'eu-west-1' }) }, 'us-east-1')
  expect(errors).toEqual([
    'home: the list has eu-west-1, but the stack is in us-east-1; deploy the stack to eu-west-1, or change home',
  ])
})

test('checks images that are added together with those of the list', () => {
  const stack = stackIn()
  const list = listOf({ prefix: undefined })
  expect(withImages(stack, list, ['nginx:1.27']).images).toHaveLength(2)
  expect(errorsOf(stack)).toEqual([])
  const clash = { source: 'quay.io/other/redis:1', repository: 'redis' }
  expect(withImages(stack, list, [clash]).images).toHaveLength(1)
  expect(errorsOf(stack)).toEqual([expect.stringContaining('redis')])
})

test('reads a list from a file, with the files that it names', () => {
  const path = join(folder, 'list.yaml')
  writeFileSync(path, 'images: [redis:7.4]\nregions: [us-east-1]\n')
  expect(ImageMirrorList.fromFile(path)).toMatchObject({ images: ['redis:7.4'] })
  expect(() => ImageMirrorList.fromFile(join(folder, 'none.yaml'))).toThrow(/none\.yaml cannot be read/)
})

test('names the line of an error in a text', () => {
  expect(() => ImageMirrorList.fromText('images: [redis]\nregion: [us-east-1]\n', 'mine')).toThrow(
    /mine:2: .*regions/,
  )
})
