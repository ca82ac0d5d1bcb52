/** The flags of `run`. */
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { CLOCKS, type Clock } from '../../local/clock.ts'
import { type Region, regionSchema } from '../../mirror/list/config.ts'
import { REGIONS } from '../../mirror/list/regions.ts'
import { didYouMean } from '../../mirror/nearest.ts'
import { UsageError } from '../usage.ts'
import { refuseNpmFlags } from './npm-flags.ts'
import { typedIn } from './typed.ts'

export interface RunOptions {
  readonly help: boolean
  /** Absent: the project's own list, with sample images. */
  readonly list?: string
  readonly regions?: readonly Region[]
  readonly input?: string
  readonly state: string
  readonly fresh: boolean
  readonly serve: boolean
  readonly json: boolean
  readonly clock: Clock
}

const FLAGS = {
  list: { type: 'string' },
  regions: { type: 'string' },
  input: { type: 'string' },
  state: { type: 'string', default: '.mirror' },
  fresh: { type: 'boolean', default: false },
  serve: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  clock: { type: 'string', default: 'fast' },
  help: { type: 'boolean', short: 'h', default: false },
} as const

/** @throws {UsageError} */
export function parseRunOptions(args: readonly string[], env: NodeJS.ProcessEnv = process.env): RunOptions {
  refuseNpmFlags(args, FLAGS, env)
  const values = parse(args)
  return {
    help: values.help,
    ...(values.list === undefined ? {} : { list: typedPath(values.list) }),
    ...(values.regions === undefined ? {} : { regions: parseRegions(values.regions) }),
    ...(values.input === undefined ? {} : { input: typedPath(values.input) }),
    state: values.state === FLAGS.state.default ? values.state : typedPath(values.state),
    fresh: values.fresh,
    serve: values.serve,
    json: values.json,
    clock: parseClock(values.clock),
  }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: FLAGS, allowPositionals: false }).values
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    const unknown = /Unknown option '--?([^']+)'/.exec(message)?.[1]
    const positional = /^Unexpected argument '(.*?)'\./s.exec(message)?.[1]
    if (positional !== undefined) {
      throw new UsageError(`unexpected argument "${positional}"; a list is given as --list FILE`)
    }
    if (unknown === undefined) throw new UsageError(lowerFirst(message))
    if (unknown === 'c' || unknown === 'context') {
      throw new UsageError('-c belongs to "npx cdk"; here, write --list FILE')
    }
    throw new UsageError(`unknown flag --${unknown}${didYouMean(unknown, Object.keys(FLAGS))}`)
  }
}

function parseRegions(text: string): readonly Region[] {
  const names = text.split(',').map((name) => name.trim())
  return [...new Set(names)].map((name) => {
    const region = regionSchema.safeParse(name)
    if (region.success) return region.data
    throw new UsageError(`--regions: "${name}" is not a region${didYouMean(name, REGIONS)}`)
  })
}

function parseClock(text: string): Clock {
  if (text === 'real' || text === 'fast') return CLOCKS[text]
  throw new UsageError(`--clock: "${text}" is neither "real" nor "fast"`)
}

/** Unchanged unless it was typed in another folder than this process runs in. */
function typedPath(path: string): string {
  return typedIn() === process.cwd() ? path : resolve(typedIn(), path)
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1)
}
