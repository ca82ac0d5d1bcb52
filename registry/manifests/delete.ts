/**
 * Deletes tags by the registry protocol. Many registries do not support it, or only by digest, which would delete other
 * tags too. https://github.com/opencontainers/distribution-spec/blob/main/spec.md#deleting-tags
 */
import type { Site } from '../connection/site.ts'
import { drain } from '../http/body.ts'
import { RegistryError } from '../model/errors.ts'
import type { TagDeletion } from '../model/registry.ts'

/** Docker's distribution before version 3 takes the tag for a malformed digest. */
const NOT_SUPPORTED = [400, 405, 501]

export async function deleteTags(
  site: Site,
  tags: readonly string[],
  signal?: AbortSignal,
): Promise<TagDeletion[]> {
  const ends: TagDeletion[] = []
  for (const tag of tags) ends.push(await deleteTag(site, tag, signal))
  return ends
}

async function deleteTag(site: Site, tag: string, signal: AbortSignal | undefined): Promise<TagDeletion> {
  try {
    const response = await site.connection.ask(
      {
        method: 'DELETE',
        url: site.url(`manifests/${tag}`),
        scopes: [`repository:${site.repository}:pull,push,delete`],
        expect: ({ status }) => status === 404,
        traffic: site.traffic,
        signal,
      },
      site.connection.startTries(),
    )
    await drain(response.body)
    return { tag }
  } catch (error) {
    signal?.throwIfAborted()
    if (!(error instanceof RegistryError)) throw error
    const isUnsupported = error.status !== undefined && NOT_SUPPORTED.includes(error.status)
    return {
      tag,
      refusal: isUnsupported
        ? `${site.name} does not support deleting tags: ${error.message}`
        : error.message,
    }
  }
}
