/** The comments at the top of an imported list: where it is from, and what concerns all of it. */
import type { ListProps, Region } from '../../../mirror/list/config.ts'
import type { Found, Note } from '../found.ts'
import type { Entry } from './entries.ts'

export interface ComposeOptions {
  /** Name of the imported file, and of its tool. */
  readonly file: string
  readonly tool: string
  /** Regions in place of those of the file. */
  readonly regions: readonly Region[] | undefined
}

interface Imported {
  readonly found: Found
  readonly list: ListProps
  readonly entries: readonly Entry[]
  /** The account of the regions. @default - the file does not name it */
  readonly account: string | undefined
}

export interface Head {
  /** What has no counterpart. */
  readonly notes: readonly Note[]
  /** What else there is to do. */
  readonly hints: readonly string[]
  readonly comments: readonly string[]
}

export function headOf(
  { found, list, entries, account }: Imported,
  { file, tool, regions }: ComposeOptions,
): Head {
  const isAnywhere =
    regions === undefined &&
    list.regions !== undefined &&
    entries.every(({ placed }) => placed.regions.length === 0)
  const isInAccount = account !== undefined && entries.some(({ placed }) => placed.regions.length > 0)
  return {
    comments: [`Imported from ${file} (${tool}).`, ...(found.comments ?? [])],
    hints: isInAccount ? [`The regions are those of account ${account}: deploy the mirror there.`] : [],
    notes: [
      ...(isAnywhere
        ? [{ text: `the file names no region: replace ${list.regions?.join(', ')} with yours` }]
        : []),
      ...credentialNotes(found, list, entries),
      ...Object.entries(list.targets ?? {}).flatMap(([name, target]) =>
        'public' in target && target.public
          ? [{ text: `the target "${name}" is Docker Hub, where a push makes public repositories` }]
          : [],
      ),
      ...(found.notes ?? []),
    ],
  }
}

/** One for each registry that needs a secret, or may need one. */
function credentialNotes(
  { withCredentials = [] }: Found,
  { targets = {} }: ListProps,
  entries: readonly Entry[],
): Note[] {
  const given = new Map(withCredentials.map(({ registry, line }) => [registry, line]))
  const byRegistry = Map.groupBy(Object.entries(targets), ([, target]) =>
    'registry' in target ? target.registry : '',
  )
  return [...new Set([...given.keys(), ...byRegistry.keys()])].flatMap((registry) => {
    const names = (byRegistry.get(registry) ?? []).map(([name]) => `the target "${name}"`)
    const isSource = entries.some(({ image }) => image.source.startsWith(`${registry}/`))
    const secret = `image-mirror/${registry.replace(/[^a-zA-Z0-9._-]+/g, '-')}`
    const create = `create the secret "${secret}" with {"username": "...", "accessToken": "..."}, and add "credentials: ${secret}"`
    if (given.has(registry)) {
      const users = [...(isSource ? ['its images'] : []), ...names]
      if (users.length === 0) return []
      const text = `the credentials of ${registry} are not copied: ${create} to ${users.join(' and ')}`
      return [{ line: given.get(registry), text }]
    }
    return names.map((name) => ({
      text: `${name} has no credentials: ${create} to it, unless anyone may push to it`,
    }))
  })
}
