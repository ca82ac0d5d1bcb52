/**
 * Decides which token servers may receive a registry's credentials. A forged response could name any token server
 * (realm), so a password only goes to the registry's own origin, to a host of the same registrable domain over TLS, or
 * to an origin that the operator allows. Anonymous requests are not checked.
 */
import { isIP } from 'node:net'
import { getDomain } from 'tldts'
import { bareHost } from '../http/guard.ts'
import { RegistryError } from '../model/errors.ts'
import { foldHost } from '../model/reference.ts'

/** @throws RegistryError `unsafe` unless `realm` may receive the credentials for `registry` */
export function checkRealm(realm: URL, registry: URL, allowed: readonly string[] = []): void {
  if (realm.origin === registry.origin || allowed.includes(realm.origin)) return
  if (realm.protocol !== 'https:') {
    throw refused(realm, registry, 'its URL is not https')
  }
  if (realm.port !== '') {
    throw refused(realm, registry, `port ${realm.port} is not the registry's`)
  }
  if (!haveOneOwner(bareHost(realm), bareHost(registry))) {
    throw refused(realm, registry, 'it is in another domain')
  }
}

/** True for `auth.docker.io` and `registry-1.docker.io`, false for `a.run.app` and `b.run.app`. */
function haveOneOwner(one: string, other: string): boolean {
  if (one === other) return true
  const domain = registrableDomain(one)
  return domain !== undefined && domain === registrableDomain(other)
}

/** By https://publicsuffix.org, with its private section: suffixes under which companies name customers' hosts. */
function registrableDomain(host: string): string | undefined {
  // The library ignores a trailing dot, DNS and certificates may not.
  if (isIP(host) !== 0 || host.endsWith('.')) return undefined
  return getDomain(host, { allowPrivateDomains: true, extractHostname: false }) ?? undefined
}

function refused(realm: URL, registry: URL, why: string): RegistryError {
  const fix = `to trust it, add ${realm.origin} to registries.${foldHost(registry.host)}.realms of the list`
  return new RegistryError(
    `refused to send the credentials for ${registry.host} to its token server ${realm.origin}: ${why}; ${fix}`,
    { kind: 'unsafe' },
  )
}
