/**
 * Runs Docker's credential helpers. A helper reads the host from stdin and writes JSON to stdout. No shell is involved,
 * and arguments and messages contain no secrets.
 * https://github.com/docker/docker-credential-helpers#development
 */
import { collect } from '../http/body.ts'
import { RegistryError } from '../model/errors.ts'
import { codeOf, reasonOf } from '../model/foreign-error.ts'
import { parseJson } from '../model/json.ts'
import { quote } from '../model/label.ts'
import { field } from '../model/media-type.ts'
import type { Credentials } from '../model/registry.ts'
import type { Environment } from '../model/settings.ts'

/**
 * @param file - the file that names the helper, for messages
 * @returns undefined if the helper has no credentials for the registry
 */
export type Helper = (name: string, registry: string, file: string) => Promise<Credentials | undefined>

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]*$/
/** Some helpers prompt the user or call a cloud API. */
const TIMEOUT_MS = 60_000
const MAX_BYTES = 1024 * 1024
/** The protocol has no error code for missing credentials, only this text. */
const NOTHING = /credentials not found/i
/** Docker stores Docker Hub's credentials under its v1 API address. */
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
  if (!NAME.test(name)) throw failed(name, registry, file, 'the name is invalid')
  const { status, stdout } = await run(`docker-credential-${name}`, registry, environment).catch(
    (error: unknown) => {
      throw failed(name, registry, file, whyNot(error))
    },
  )
  if (status !== 0) {
    if (NOTHING.test(stdout)) return undefined
    throw failed(name, registry, file, quote(stdout) || `it exited with status ${status}`)
  }
  const [username, password] = ['Username', 'Secret'].map((key) => field(parseJson(stdout), key))
  if (typeof username !== 'string' || typeof password !== 'string') {
    throw failed(name, registry, file, 'its output is not JSON with a Username and a Secret')
  }
  return password === '' ? undefined : { username, password }
}

function run(program: string, registry: string, environment: Environment): Promise<Answer> {
  // Loaded lazily, since few runs need it.
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
        return reject(new Error(`it was killed by ${signal}; its time limit is ${TIMEOUT_MS / 1000} s`))
      }
      output.then(({ bytes }) => resolve({ status, stdout: bytes.toString('utf8') }), reject)
    })
    // A helper may exit without reading stdin; its output counts nevertheless.
    child.stdin.once('error', () => {})
    child.stdin.end(`${SERVER_NAMES[registry] ?? registry}\n`)
  })
}

function whyNot(error: unknown): string {
  const missing = error instanceof Error && codeOf(error) === 'ENOENT'
  return missing ? 'the program is not in the PATH' : reasonOf(error)
}

function failed(name: string, registry: string, file: string, why: string): RegistryError {
  return new RegistryError(
    `the credential helper docker-credential-${quote(name, 100)}, which ${file} names, returned no credentials for ${registry}: ${why}`,
    { kind: 'unauthorized' },
  )
}
