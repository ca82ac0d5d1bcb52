// A small world with one repository at one target: a source, a list that people change, other clients that push to the
// target, and runs that fail half way. Decisions are made by the real code; the world knows the truth, and checks them.
import type { PairReport, Resolved } from '../../../mirror/documents.ts'
import { type PruneRules, pruneRulesSchema } from '../../../mirror/list/time/prune.ts'
import { ALWAYS_ALLOWED, decide } from '../../../mirror/prune/decide.ts'
import { deleteDue } from '../../../mirror/prune/delete.ts'
import type { PrunedEntry, Reason } from '../../../mirror/prune/documents.ts'
import { factsOf } from '../../../mirror/prune/facts.ts'
import { marked } from '../../../mirror/prune/mark.ts'
import { findUnwanted } from '../../../mirror/resolve/unwanted.ts'
import { mergeRecords } from '../../../mirror/state/merge.ts'
import { recordsOf } from '../../../mirror/state/observe.ts'
import type { StateRecord, TargetState } from '../../../mirror/state/record.ts'
import type { Descriptor } from '../../../registry/model/manifest.ts'
import type { Digest } from '../../../registry/model/reference.ts'
import { pick, seededRandom } from '../../support/random.ts'
import { pair } from '../report/reports.ts'
import { digestOf } from '../resolve/sources.ts'

/** The parts that sabotage replaces, to prove that the world notices. */
export const PARTS = { decide, deleteDue, findUnwanted, factsOf }
export type Parts = typeof PARTS

interface ListEntry {
  readonly image: string
  rules: PruneRules | undefined
  expired: 'keep' | 'prune' | undefined
  /** Exact tags, or a number of the newest. */
  readonly select: { readonly exact: readonly string[] } | { newest: number }
}

interface Held {
  readonly digest: Digest
  /** Whether we pushed it. */
  readonly ours: boolean
}

export interface Told {
  readonly violations: string[]
  readonly deleted: Map<Reason, number>
}

const DAY = 86_400_000
const TARGET = 'us-east-1'
const NAMES = Array.from({ length: 24 }, (_, index) => String(index).padStart(2, '0'))
const STEPS = 60

/** Plays one history, and checks every deletion. */
export async function play(seed: number, parts: Parts): Promise<Told> {
  const random = seededRandom(seed * 7919)
  const told: Told = { violations: [], deleted: new Map() }
  let now = Date.UTC(2026, 0, 1)
  const source = new Map<string, Digest>(NAMES.slice(0, 12).map((tag) => [tag, digestOf(`source ${tag}`)]))
  let list: ListEntry[] = [entryOf(random, 0), entryOf(random, 1)]
  const target = new Map<string, Held>()
  /** Tags that somebody has mirrored by hand. */
  const byHand = new Set<string>()
  let record: StateRecord | undefined
  /** Tag -> when a run found it unwanted, and none wanted since. */
  const unwantedSince = new Map<string, number>()

  const wantedBy = ({ select, expired }: ListEntry, tags: readonly string[]): string[] => {
    if (expired !== undefined) return []
    if ('exact' in select) return [...select.exact]
    return [...tags].sort().slice(-select.newest)
  }
  const tagsOfSource = () => [...source.keys()]
  const isWanted = (tag: string) => list.some((entry) => wantedBy(entry, tagsOfSource()).includes(tag))

  function meddle(tag: string): void {
    if (random() < 0.3) target.delete(tag)
    else target.set(tag, { digest: digestOf(`other ${tag} ${random()}`), ours: false })
  }

  function change(): void {
    const tag = pick(NAMES as [string, ...string[]], random)
    const dice = random()
    if (dice < 0.25) source.delete(tag)
    else if (dice < 0.4) source.set(tag, digestOf(`source ${tag} ${random()}`))
    else if (dice < 0.55) meddle(tag)
    else if (dice < 0.65) list = list.filter((_, index) => index !== Math.floor(random() * 3))
    else if (dice < 0.75 && list.length < 3) {
      const entry = entryOf(random, Math.floor(random() * 3))
      if (list.every(({ image }) => image !== entry.image)) list.push(entry)
    } else if (dice < 0.85) {
      const entry = list[Math.floor(random() * list.length)]
      if (entry && 'newest' in entry.select) entry.select.newest = 1 + Math.floor(random() * 10)
    } else if (dice < 0.9) {
      const entry = list[Math.floor(random() * list.length)]
      if (entry) entry.rules = rulesOf(random)
    } else if (dice < 0.93) {
      const entry = list[Math.floor(random() * list.length)]
      if (entry) entry.expired = pick(['keep', 'prune', undefined], random)
    }
  }

  /** The source as a run sees it: it may list only some of its tags, be empty, or not answer. */
  function view() {
    const dice = random()
    const isDown = dice < 0.08
    const listed = tagsOfSource().filter(() => dice > 0.25 || random() < 0.6)
    return {
      isDown,
      listed: dice > 0.97 ? [] : listed,
      headManifest: async (tag: string): Promise<Descriptor | undefined> => {
        if (random() < 0.05) throw new Error('no answer')
        const digest = source.get(tag)
        return digest && { digest, mediaType: 'm', size: 1 }
      },
    }
  }

  async function resolve(entry: ListEntry, seen: ReturnType<typeof view>): Promise<Resolved | undefined> {
    if (seen.isDown || entry.expired !== undefined) return undefined
    const isOpen = 'newest' in entry.select
    const wanted = wantedBy(entry, seen.listed)
    const failed = wanted.filter((tag) => !source.has(tag))
    const tags = wanted.flatMap((tag) => {
      const digest = source.get(tag)
      return digest === undefined ? [] : [{ tag, digest, mediaType: 'm', size: 1 }]
    })
    if (tags.length === 0) return undefined
    const mirrored = Object.entries(record?.targets[TARGET]?.tags ?? {}).flatMap(([tag, { written }]) =>
      written ? [tag] : [],
    )
    const selected = new Set(wanted)
    const available = isOpen ? seen.listed : undefined
    const unwanted = entry.rules && (await parts.findUnwanted(seen, mirrored, { selected, available }))
    return {
      image: entry.image,
      tags,
      artifacts: [],
      ...(failed.length === 0
        ? {}
        : { failed: failed.map((tag) => ({ tag, name: 'SourceNotFound', message: 'gone' })) }),
      ...(unwanted === undefined ? {} : { unwanted }),
    }
  }

  /** Copies what the target lacks, some of it in vain, and reports, unless the report is lost. */
  function copy(image: string, tags: Resolved['tags'], list: string | undefined): void {
    const breaksAfter = random() < 0.15 ? Math.floor(random() * tags.length) : tags.length
    const reported: PairReport['tags'] = []
    for (const { tag = '', digest } of tags) {
      const held = target.get(tag)
      if (held?.digest === digest) reported.push({ tag, digest })
      else if (reported.length < breaksAfter) {
        target.set(tag, { digest: digest as Digest, ours: true })
        reported.push({ tag, digest, written: true })
      }
    }
    if (random() < 0.08) return
    const at = new Date(now)
    const { error: _, ...report } = pair({
      image,
      target: TARGET,
      tags: reported,
      outcome: 'synced',
      at: at.toISOString(),
    })
    const [found] = recordsOf([report], list === undefined ? {} : { list }, at)
    if (found) record = record === undefined ? found : mergeRecords(record, found)
  }

  async function run(): Promise<void> {
    const seen = view()
    const isWhole = random() < 0.85
    const part = isWhole ? list : list.slice(0, 1)
    const resolved = new Map<string, Resolved | undefined>()
    for (const entry of part) {
      const found = await resolve(entry, seen)
      resolved.set(entry.image, found)
      if (found) copy(entry.image, found.tags, undefined)
    }
    if (isWhole && record) await prune(resolved)
  }

  async function prune(resolved: ReadonlyMap<string, Resolved | undefined>): Promise<void> {
    const before: TargetState = record?.targets[TARGET] ?? { tags: {} }
    const facts = list.map((entry) => parts.factsOf(planned(entry), resolved.get(entry.image)))
    const decision = parts.decide(before.tags, facts, new Date(now))
    for (const { tag } of [...decision.due, ...decision.waits, ...decision.held]) {
      if (!unwantedSince.has(tag)) unwantedSince.set(tag, now)
    }
    // The function is lost after its deletions.
    const isLost = random() < 0.1
    if (decision.certain && !isLost) {
      const found = new Set([...decision.due, ...decision.waits, ...decision.held].map(({ tag }) => tag))
      for (const tag of unwantedSince.keys()) if (!found.has(tag)) unwantedSince.delete(tag)
    }
    // Another client is as fast as we are.
    if (random() < 0.3) meddle(pick(NAMES as [string, ...string[]], random))
    const going: string[] = []
    const deletion = await parts.deleteDue(
      {
        tagDigests: async (tags) =>
          new Map(tags.flatMap((tag) => (target.has(tag) ? [[tag, target.get(tag)?.digest as Digest]] : []))),
        deleteTags: async (tags) =>
          tags.map((tag) => {
            if (random() < 0.1) return { tag, refusal: 'ImageReferencedByManifestList' }
            going.push(tag)
            judge(tag, before, decision.due.find((one) => one.tag === tag)?.reason)
            target.delete(tag)
            return { tag }
          }),
      },
      decision.due,
      { dryRun: false },
    )
    const ours = Object.values(before.tags).filter(({ written }) => written).length
    const share = Math.min(...list.map(({ rules }) => rules?.share ?? 20))
    const most = Math.max(ALWAYS_ALLOWED, Math.floor((ours * share) / 100))
    if (going.length > most) told.violations.push(`${going.length} of ${ours} tags at once`)
    if (isLost || record === undefined) return
    const stored = record.targets[TARGET]
    if (stored) {
      record = { ...record, targets: { [TARGET]: marked(stored, before, decision, deletion.forgotten) } }
    }
  }

  function planned({ image, rules, expired, select }: ListEntry): PrunedEntry {
    return {
      image,
      id: image,
      ...(rules === undefined ? {} : { rules }),
      ...(expired === undefined ? {} : { expired }),
      ...('exact' in select ? { wanted: [...select.exact] } : {}),
    }
  }

  /** Checks a deletion against the truth. */
  function judge(tag: string, { tags }: TargetState, reason: Reason | undefined): void {
    const complain = (text: string) => void told.violations.push(`${tag}: ${text}`)
    if (reason === undefined) {
      complain('nothing was decided about it')
      return
    }
    told.deleted.set(reason, (told.deleted.get(reason) ?? 0) + 1)
    const state = tags[tag]
    if (target.get(tag)?.ours !== true) complain('it belongs to another client')
    if (isWanted(tag)) complain('the list wants it')
    if (byHand.has(tag) && state?.image === undefined) complain('somebody mirrored it by hand')
    const owner = list.find(({ image }) => image === state?.image)
    if (
      owner === undefined
        ? !list.every(({ rules, expired }) => expired !== undefined || rules?.removed)
        : !mayGo(owner, tag)
    )
      complain(`its entry does not allow it (${reason})`)
    const since = unwantedSince.get(tag)
    if (since === undefined || now - since < 2 * DAY) complain('its days are not over')
  }

  function mayGo({ rules, expired }: ListEntry, tag: string): boolean {
    if (expired !== undefined) return expired === 'prune'
    return (source.has(tag) ? rules?.unselected : rules?.gone) === true
  }

  for (let step = 0; step < STEPS; step++) {
    now += Math.floor(random() * DAY)
    if (random() < 0.5) change()
    else if (random() < 0.06) {
      const [tag, digest] = [...source][Math.floor(random() * source.size)] ?? []
      if (tag !== undefined && digest !== undefined) {
        byHand.add(tag)
        copy('own', [{ tag, digest, mediaType: 'm', size: 1 }], 's3://work/list.json')
      }
    } else await run()
  }
  return told
}

function entryOf(random: () => number, index: number): ListEntry {
  const exact = NAMES.filter(() => random() < 0.1)
  return {
    image: `redis:${index}`,
    rules: rulesOf(random),
    expired: undefined,
    select: index === 1 && exact.length > 0 ? { exact } : { newest: 1 + Math.floor(random() * 10) },
  }
}

function rulesOf(random: () => number): PruneRules | undefined {
  if (random() < 0.15) return undefined
  return pruneRulesSchema.parse({
    gone: random() < 0.8,
    unselected: random() < 0.7,
    removed: random() < 0.7,
    days: 2 + Math.floor(random() * 3),
    share: 1 + Math.floor(random() * 50),
  })
}
