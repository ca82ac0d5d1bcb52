/** Creates registry clients for commands, with Docker's certificates and the settings of a list. */
import type { List } from '../../mirror/list/config.ts'
import { longForm } from '../../mirror/list/entry.ts'
import { parseSource } from '../../mirror/list/namespaces/namespace.ts'
import { encodeSettings } from '../../registry/encode-settings.ts'
import { foldHost, type RepositoryRef } from '../../registry/model/reference.ts'
import type { Registries } from '../../registry/model/registry.ts'
import { AUTHORITIES, type Environment } from '../../registry/model/settings.ts'
import { createRegistries } from '../../registry/open.ts'
import { dockerClientCertificates, withDockerCertificates } from './docker-certificates.ts'
import { explained } from './explained.ts'

export function registriesOf(list: List, environment: Environment = process.env): Registries {
  const sources = list.images.map((entry) => parseSource(longForm(entry).source))
  const targets = Object.values(list.targets ?? {}).flatMap((target) =>
    'registry' in target ? [{ registry: foldHost(target.registry) }] : [],
  )
  return registriesFor([...sources, ...targets], withListSettings(environment, list))
}

export function registriesFor(
  references: readonly Pick<RepositoryRef, 'registry'>[],
  environment: Environment = process.env,
): Registries {
  return explained(
    createRegistries({
      environment: withDockerCertificates(environment, references),
      clientCertificates: dockerClientCertificates(references),
    }),
  )
}

/** The list's settings replace those of the environment, except authorities, which are added to them. */
function withListSettings(environment: Environment, { rateLimit, registries }: List): Environment {
  const own = encodeSettings({ reserve: rateLimit?.reserve, registries })
  const authorities = [own[AUTHORITIES], environment[AUTHORITIES]].filter(Boolean).join(' ')
  return { ...environment, ...own, ...(authorities === '' ? {} : { [AUTHORITIES]: authorities }) }
}
