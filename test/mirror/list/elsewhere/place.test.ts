// Names of places that a list reads images from.
import { expect, test } from 'vitest'
import { listPlaceProblem, parseListPlace } from '../../../../mirror/list/elsewhere/place.ts'

test.each([
  ['s3://lists/team/images.yaml', { kind: 'object', bucket: 'lists', key: 'team/images.yaml' }],
  ['ssm:/mirror/images', { kind: 'parameter', name: '/mirror/images' }],
  ['ssm:mirror-images', { kind: 'parameter', name: 'mirror-images' }],
  ['ssm:/mirror/images/', { kind: 'path', path: '/mirror/images' }],
  ['dynamodb:aws-ecr-mirror', { kind: 'table', table: 'aws-ecr-mirror' }],
])('reads %s', (text, place) => {
  expect(parseListPlace(text)).toEqual(place)
  expect(listPlaceProblem(text)).toBeUndefined()
})

test.each([
  ['images.yaml', 'must be s3://bucket/key, ssm:/name, ssm:/path/ or dynamodb:table'],
  ['dynamo:mirror', 'did you mean "dynamodb"?'],
  ['s3:/lists/key', 'the name of a bucket (3 to 63 of a-z 0-9 . -)'],
  ['s3://Lists/key', 'the name of a bucket (3 to 63 of a-z 0-9 . -)'],
  ['s3://b/k', 'the name of a bucket (3 to 63 of a-z 0-9 . -)'],
  ['s3://lists/', 'the name of a bucket (3 to 63 of a-z 0-9 . -)'],
  ['s3://lists/*', 'the name of a bucket (3 to 63 of a-z 0-9 . -)'],
  ['ssm:', 'the name of a parameter'],
  ['ssm:/', 'the name of a parameter'],
  ['ssm://mirror', 'the name of a parameter'],
  ['ssm:mirror/images', 'the name of a parameter'],
  ['ssm:mirror/', 'must begin with a slash: ssm:/mirror/'],
  ['dynamodb:a', 'the name of a table'],
  ['dynamodb:arn:aws:dynamodb:us-east-1:123456789012:table/mirror', 'the name of a table'],
])('refuses %s', (text, problem) => {
  expect(listPlaceProblem(text)).toContain(problem)
})
