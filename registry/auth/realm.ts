/**
 * Who may ask for a registry's credentials. A registry names a token server, its realm, in an answer that anyone who
 * can stand in for it could write: so a password goes to the registry itself or to a host of the same owner, over TLS,
 * and nowhere else. Asking anonymously gives nothing away and is allowed more widely.
 */
import { isIP } from 'node:net'
import { bareHost } from '../http/guard.ts'
import { RegistryError } from '../model/errors.ts'

/**
 * Parents whose children belong to different people. An excerpt of https://publicsuffix.org for those that have
 * registries under them; country suffixes of two parts (`co.uk`) are known by their form.
 */
const SHARED_PARENTS = new Set([
  'amazonaws.com',
  'amazonaws.com.cn',
  'azurecr.io',
  'azurecr.cn',
  'azurecr.us',
  'azurewebsites.net',
  'cloudapp.net',
  'cloudfront.net',
  'digitaloceanspaces.com',
  'fly.dev',
  'github.io',
  'gitlab.io',
  'herokuapp.com',
  'jfrog.io',
  'ngrok.app',
  'ngrok.io',
  'on.aws',
  'onrender.com',
  'pkg.dev',
  'run.app',
  'trycloudflare.com',
  'vercel.app',
  'workers.dev',
])
const COUNTRY_SUFFIX =
  /^(?:ac|asn|co|com|edu|firm|gen|go|gob|gouv|gov|govt|id|in|info|ltd|me|mil|ne|net|nom|or|org|plc|sch)\.[a-z]{2}$/

/** @throws RegistryError `unsafe` unless credentials for `registry` may be shown to `realm` */
export function checkRealm(realm: URL, registry: URL, allowed: readonly string[] = []): void {
  if (realm.origin === registry.origin || allowed.includes(realm.origin)) return
  if (realm.protocol !== 'https:') {
    throw refused(realm, registry, 'it is not https')
  }
  if (realm.port !== '')
    throw refused(realm, registry, `it is at port ${realm.port}, and not at the registry's`)
  if (!sameOwner(bareHost(realm), bareHost(registry))) throw refused(realm, registry, 'it is another host')
}

/** The same host, or a host under the same parent: `auth.docker.io` for `registry-1.docker.io`. */
function sameOwner(one: string, other: string): boolean {
  if (one === other) return true
  if (isIP(one) !== 0 || isIP(other) !== 0) return false
  return [parentOf(one), one].some((parent) => owns(parent, other)) || owns(parentOf(other), one)
}

function owns(parent: string, host: string): boolean {
  if (!parent.includes('.') || SHARED_PARENTS.has(parent) || COUNTRY_SUFFIX.test(parent)) return false
  return host === parent || host.endsWith(`.${parent}`)
}

function parentOf(host: string): string {
  return host.slice(host.indexOf('.') + 1)
}

function refused(realm: URL, registry: URL, why: string): RegistryError {
  return new RegistryError(
    `refused to show the credentials for ${registry.host} to the token server ${realm.origin} that it names: ${why}`,
    { kind: 'unsafe' },
  )
}
