/**
 * Decides which token servers may see a registry's credentials. A registry names its token server, the realm, in an
 * answer that a stand-in could have written. So a password goes to the registry's own origin, to a host of the same
 * owner over TLS, or to an origin that the operator allows. Anonymous requests reveal nothing and are not checked here.
 */
import { isIP } from 'node:net'
import { getDomain } from 'tldts'
import { bareHost } from '../http/guard.ts'
import { RegistryError } from '../model/errors.ts'
import { foldHost } from '../model/reference.ts'

/** @throws RegistryError `unsafe` unless credentials for `registry` may be shown to `realm` */
export function checkRealm(realm: URL, registry: URL, allowed: readonly string[] = []): void {
  if (realm.origin === registry.origin || allowed.includes(realm.origin)) return
  if (realm.protocol !== 'https:') {
    throw refused(realm, registry, 'it is not https')
  }
  if (realm.port !== '') {
    throw refused(realm, registry, `it is at port ${realm.port}, which is not the registry's`)
  }
  if (!haveOneOwner(bareHost(realm), bareHost(registry))) {
    throw refused(realm, registry, 'it is not of the same domain')
  }
}

/** `auth.docker.io` and `registry-1.docker.io` have one owner, `a.run.app` and `b.run.app` do not. */
function haveOneOwner(one: string, other: string): boolean {
  if (one === other) return true
  const domain = registrableDomain(one)
  return domain !== undefined && domain === registrableDomain(other)
}

/** By https://publicsuffix.org, with the suffixes under which companies give names to their customers. */
function registrableDomain(host: string): string | undefined {
  // The library reads a name with a dot at its end as the same name; DNS and certificates may not.
  if (isIP(host) !== 0 || host.endsWith('.')) return undefined
  return getDomain(host, { allowPrivateDomains: true, extractHostname: false }) ?? undefined
}

function refused(realm: URL, registry: URL, why: string): RegistryError {
  const fix = `to trust it, add ${realm.origin} to registries.${foldHost(registry.host)}.realms of the list`
  return new RegistryError(
    `refused to show the credentials for ${registry.host} to the token server ${realm.origin} that it names: ${why}; ${fix}`,
    { kind: 'unsafe' },
  )
}
