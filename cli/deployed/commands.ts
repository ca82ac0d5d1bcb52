/** The commands for a deployed mirror. Each loads its code on demand. */
import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import type { Choose } from '../program/define.ts'
import { doctorCommand } from './doctor/command.ts'
import { followCommand } from './follow/command.ts'
import { logsCommand } from './logs/command.ts'
import { rerunCommand } from './rerun/command.ts'
import { startCommand } from './start/command.ts'
import { statusCommand } from './status/command.ts'
import { subscribeCommand } from './subscribe/command.ts'

export function deployedCommands(choose: Choose): CommandUnknownOpts[] {
  return [
    startCommand((options) =>
      choose(async (...frame) => (await import('./start/start.ts')).start(options, ...frame)),
    ),
    followCommand((options) =>
      choose(async (...frame) => (await import('./follow/follow.ts')).follow(options, ...frame)),
    ),
    rerunCommand((options) =>
      choose(async (...frame) => (await import('./rerun/rerun.ts')).rerun(options, ...frame)),
    ),
    statusCommand((options) =>
      choose(async (...frame) => (await import('./status/status.ts')).status(options, ...frame)),
    ),
    doctorCommand((options) =>
      choose(async (...frame) => (await import('./doctor/doctor.ts')).doctor(options, ...frame)),
    ),
    logsCommand((options) =>
      choose(async (...frame) => (await import('./logs/logs.ts')).logs(options, ...frame)),
    ),
    subscribeCommand((options) =>
      choose(async (...frame) => (await import('./subscribe/subscribe.ts')).subscribe(options, ...frame)),
    ),
  ]
}
