import { Option } from '@commander-js/extra-typings'
import { expect, test } from 'vitest'
import { refuseNpmFlags } from '../../../cli/run/npm-flags.ts'

const FLAGS = [new Option('--list <file>'), new Option('--regions <a,b>'), new Option('--fresh')]
const refuse = (args: readonly string[], env: Record<string, string>) => () =>
  refuseNpmFlags(args, FLAGS, { npm_lifecycle_event: 'start', ...env })

test.each([
  [['my.yaml'], { npm_config_list: 'true' }, 'npm start -- --list my.yaml'],
  [[], { npm_config_list: 'my.yaml' }, 'npm start -- --list my.yaml'],
  [[], { npm_config_fresh: 'true' }, 'npm start -- --fresh'],
  [[], { npm_config_list: 'true' }, 'npm start -- --list VALUE'],
  [
    ['my.yaml', 'us-east-1'],
    { npm_config_list: 'true', npm_config_regions: 'true', npm_config_fresh: 'true' },
    'npm start -- --list my.yaml --regions us-east-1 --fresh',
  ],
  [[], { npm_config_call: 'list=my.yaml' }, 'npm start -- --list my.yaml'],
])('prints the right command for %j with %j', (args, env, command) => {
  expect(refuse(args, env)).toThrow(command)
})

test.each([
  ['flags that npm passed on', ['--list', 'my.yaml'], {}],
  ['npm settings that are not flags', [], { npm_config_registry: 'https://npm.example' }],
  ['a flag that npm turned off', [], { npm_config_fresh: 'false' }],
  ['another script', ['my.yaml'], { npm_lifecycle_event: 'test', npm_config_list: 'true' }],
])('accepts %s', (_, args, env) => {
  expect(refuse(args, env)).not.toThrow()
})
