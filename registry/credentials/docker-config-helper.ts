/**
 * Docker's credential helpers: programs that keep credentials somewhere safer than a file. The host goes in on stdin,
 * JSON comes out on stdout; no shell is involved, and nothing secret is in an argument or a message.
 * https://github.com/docker/docker-credential-helpers#development
 */
import { collect } from '../http/body.ts'
import { RegistryError } from '../model/errors.ts'
import { codeOf, reasonOf } from '../model/foreign-error.ts'
import { quote } from '../model/label.ts'
import { field } from '../model/media-type.ts'
import type { Credentials } from '../model/registry.ts'
import type { Environment } from '../model/settings.ts'

/** @param file - which names the helper, for messages. Undefined: it has nothing for this registry. */
export type Helper = (name: string, registry: string, file: string) => Promise<Credentials | undefined>

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]*$/
/** Some ask a person, or a cloud's API, first. */
const TIMEOUT_MS = 60_000
const MAX_BYTES = 1024 * 1024
/** How the protocol says that there is nothing: there is no code for it. */
const NOTHING = /credentials not found/i
/** Docker Hub goes by an address of the days before there were two versions of the API. */
const SERVER_NAMES: Readonly<Record<string, string>> = { 'docker.io': 'https://index.docker.io/v1/' }

interface Answer {
  readonly status: number | null
  readonly stdout: string
}

export function askHelper(environment: Environment): Helper {
  const asked = new Map<string, Promise<Credentials | undefined>>()
  return (name, registry, file) => {
    const key = `${name} ${registry}`
    const asking = asked.get(key) ?? ask(name, registry, file, environment)
    asked.set(key, asking)
    return asking
  }
}

async function ask(
  name: string,
  registry: string,
  file: string,
  environment: Environment,
): Promise<Credentials | undefined> {
  if (!NAME.test(name)) throw failed(name, registry, file, 'that is not the name of a program')
  const { status, stdout } = await run(`docker-credential-${name}`, registry, environment).catch(
    (error: unknown) => {
      throw failed(name, registry, file, whyNot(error))
    },
  )
  if (status !== 0) {
    if (NOTHING.test(stdout)) return undefined
    throw failed(name, registry, file, quote(stdout) || `it ended with status ${status}`)
  }
  const [username, password] = ['Username', 'Secret'].map((key) => field(parse(stdout), key))
  if (typeof username !== 'string' || typeof password !== 'string') {
    throw failed(name, registry, file, 'its answer is not JSON with a Username and a Secret')
  }
  return password === '' ? undefined : { username, password }
}

function run(program: string, registry: string, environment: Environment): Promise<Answer> {
  // Here and not above: few need it, and each start of the program would load it.
  const { spawn } = process.getBuiltinModule('node:child_process')
  return new Promise((resolve, reject) => {
    const child = spawn(program, ['get'], {
      env: environment,
      stdio: ['pipe', 'pipe', 'ignore'],
      timeout: TIMEOUT_MS,
      shell: false,
    })
    child.once('error', reject)
    const output = collect(child.stdout, MAX_BYTES)
    child.once('close', (status, signal) => {
      if (signal !== null) {
        return reject(new Error(`it was ended by ${signal}; it may take ${TIMEOUT_MS / 1000} s`))
      }
      output.then(({ bytes }) => resolve({ status, stdout: bytes.toString('utf8') }), reject)
    })
    // One that ends without reading has an answer nevertheless.
    child.stdin.once('error', () => {})
    child.stdin.end(`${SERVER_NAMES[registry] ?? registry}\n`)
  })
}

function whyNot(error: unknown): string {
  const missing = error instanceof Error && codeOf(error) === 'ENOENT'
  return missing ? 'there is no such program in the PATH' : reasonOf(error)
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function failed(name: string, registry: string, file: string, why: string): RegistryError {
  return new RegistryError(
    `the credential helper docker-credential-${quote(name, 100)}, which ${file} names, gave no credentials for ${registry}: ${why}`,
    { kind: 'unauthorized' },
  )
}
