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

export interface Head {
  readonly notes: readonly Note[]
  readonly comments: readonly string[]
}

export function headOf(
  found: Found,
  list: ListProps,
  entries: readonly Entry[],
  { file, tool, regions }: ComposeOptions,
): Head {
  const isAnywhere =
    regions === undefined &&
    list.regions !== undefined &&
    entries.every(({ placed }) => placed.regions.length === 0)
  const credentials = new Map((found.withCredentials ?? []).map((one) => [one.registry, one]))
  const inUse = [...credentials.values()].filter(({ registry }) =>
    entries.some(({ image }) => image.source.startsWith(`${registry}/`)),
  )
  return {
    comments: [`Imported from ${file} (${tool}).`, ...(found.comments ?? [])],
    notes: [
      ...(isAnywhere
        ? [{ text: `the regions are not known: ${list.regions?.join(', ')} stands for yours` }]
        : []),
      ...Object.entries(list.targets ?? {}).flatMap(([name, target]) => [
        {
          text: `the target "${name}" is pushed to anonymously: put its user name and access token into a secret, and name it in "credentials" of the target`,
        },
        ...('public' in target && target.public
          ? [{ text: `the target "${name}" is Docker Hub, where a push makes public repositories` }]
          : []),
      ]),
      ...inUse.map(({ registry, line }) => ({
        line,
        text: `${registry} is asked with credentials, which are not copied: create the secret "${secretName(registry)}" with {"username": "...", "accessToken": "..."}, and give its images "credentials: ${secretName(registry)}"`,
      })),
      ...(found.notes ?? []),
    ],
  }
}

function secretName(registry: string): string {
  return `image-mirror/${registry.replace(/[^a-zA-Z0-9._-]+/g, '-')}`
}
