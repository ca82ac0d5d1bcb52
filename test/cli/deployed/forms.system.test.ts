// What the commands for the deployed mirror print to a terminal of 80 columns, without colours, and into a pipe.
import { stripVTControlCharacters } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { doctorCommand } from '../../../cli/deployed/doctor/command.ts'
import { doctor } from '../../../cli/deployed/doctor/doctor.ts'
import { followCommand } from '../../../cli/deployed/follow/command.ts'
import { follow } from '../../../cli/deployed/follow/follow.ts'
import { logsCommand } from '../../../cli/deployed/logs/command.ts'
import { logs } from '../../../cli/deployed/logs/logs.ts'
import { rerunCommand } from '../../../cli/deployed/rerun/command.ts'
import { rerun } from '../../../cli/deployed/rerun/rerun.ts'
import { startCommand } from '../../../cli/deployed/start/command.ts'
import { start } from '../../../cli/deployed/start/start.ts'
import { statusCommand } from '../../../cli/deployed/status/command.ts'
import { status } from '../../../cli/deployed/status/status.ts'
import { subscribeCommand } from '../../../cli/deployed/subscribe/command.ts'
import { subscribe } from '../../../cli/deployed/subscribe/subscribe.ts'
import { withEnvironment } from '../../support/environment.ts'
import { type DeployedWorld, type Ended, openDeployedWorld } from './world.ts'

let world: DeployedWorld
let run: string
beforeAll(async () => {
  world = await openDeployedWorld('team/late:1.0')
  const { err } = await world.run(startCommand, start, [])
  run = /Following (\S+);/.exec(err)?.[1] ?? expect.unreachable(`start does not name its run: ${err}`)
})
afterAll(() => world?.[Symbol.asyncDispose]())

type Screen = Readonly<Record<string, unknown>>

const COMMANDS: Readonly<Record<string, (screen: Screen) => Promise<Ended>>> = {
  start: (screen) => world.run(startCommand, start, [], { screen }),
  follow: (screen) => world.run(followCommand, follow, [], { screen }),
  rerun: (screen) => world.run(rerunCommand, rerun, [], { screen }),
  status: (screen) => world.run(statusCommand, status, [], { screen }),
  doctor: (screen) => world.run(doctorCommand, doctor, [], { screen }),
  subscribe: (screen) => world.run(subscribeCommand, subscribe, ['ops@example.com'], { screen }),
  'subscribe a queue': (screen) =>
    world.run(subscribeCommand, subscribe, ['arn:aws:sqs:us-east-1:123456789012:queue'], { screen }),
}
/** The lines of a log are those of the build. */
const LOGS = (screen: Screen) =>
  world.run(logsCommand, logs, [run, world.image('team/app:1.0'), 'us-east-1'], { screen })

const TERMINAL = { isTTY: true, columns: 80, rows: 24, getColorDepth: () => 8 }

/** A command, an ARN or an address stays whole, so that it can be copied. */
const isWhole = (line: string): boolean => !line.trim().includes(' ') || /^ {2,}(?:npx|aws) /.test(line)

test.each(Object.entries(COMMANDS))('%s fits 80 columns', async (_, perform) => {
  const { out, err } = await perform(TERMINAL)
  const lines = stripVTControlCharacters(`${out}\n${err}`).split(/[\n\r]/)
  expect(lines.join('').length).toBeGreaterThan(0)
  expect(lines.filter((line) => line.length > 79 && !isWhole(line))).toEqual([])
})

test.each(
  Object.entries({ ...COMMANDS, logs: LOGS }).flatMap(([name, perform]) => [
    { name, perform, form: 'with NO_COLOR', screen: TERMINAL, env: { NO_COLOR: '1' } },
    { name, perform, form: 'on a dumb terminal', screen: TERMINAL, env: { TERM: 'dumb' } },
    { name, perform, form: 'in a pipe', screen: {}, env: {} },
  ]),
)('$name prints plain text $form', async ({ perform, screen, env }) => {
  const { out, err } = await withEnvironment(env, () => perform(screen))
  expect(out + err).not.toBe('')
  expect(stripVTControlCharacters(out + err)).toBe(out + err)
})

test('a terminal with colours gets them', async () => {
  const { err } = await world.run(followCommand, follow, [], { screen: TERMINAL })
  expect(stripVTControlCharacters(err)).not.toBe(err)
})
