import { expect, test } from 'vitest'
import { leftBehind } from '../../../mirror/platforms/left-behind.ts'
import { artifactOf } from '../../copy/images.ts'
import { entry } from './content.ts'

test('all of an image are one warning', () => {
  const one = artifactOf(entry('signature'), entry('index'))
  expect(leftBehind('example.com/app', [])).toEqual([])
  expect(leftBehind('example.com/app', [one])).toEqual([
    expect.stringMatching(/^example\.com\/app: 1 signature or other artifact of whole indexes stay behind/),
  ])
  expect(leftBehind('example.com/app', [one, one])).toEqual([
    expect.stringMatching(
      /^example\.com\/app: 2 signatures and other artifacts of whole indexes stay behind/,
    ),
  ])
})
