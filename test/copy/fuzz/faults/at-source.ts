// Faults of a source, by kind of request.

import type { Place } from '../place.ts'
import { digestOf } from '../shelf.ts'
import type { Question } from '../wire.ts'
import { type Act, bare, challenge, redirect, refuse, reset, withHeaders } from './acts.ts'
import { LIST_FAULTS } from './at-lists.ts'
import { HARMLESS, type MakeFault, RUIN, tagsWith } from './fault.ts'
import { broken, flipped, odd, passing, senseless, spoiled } from './passing.ts'

const REFUSALS = [400, 401, 402, 403, 404, 405, 406, 410, 412, 415, 418, 422, 451] as const
const BROKEN = [500, 501, 502, 503, 504] as const
/** Responses of registries without a referrers API. */
const NO_API = [400, 404, 405, 406, 410, 501] as const
const NO_ANSWERS = [401, 403, 422, 451, 500, 503] as const

const isManifest = ({ kind }: Place): boolean => kind === 'manifest'

/** HEADs of manifests fail or lack headers, so that a GET decides. */
const headsRefused: MakeFault = ({ world, chance }) => {
  const tag = chance.pick(['', ...world.tags.keys()])
  const lies = (): Act =>
    withHeaders(
      chance.pick<Parameters<typeof withHeaders>[0]>([
        { 'docker-content-digest': undefined },
        { 'docker-content-digest': 'sha256:short' },
        { 'docker-content-digest': digestOf(chance.bytes(8)) },
        { 'content-type': undefined },
        { 'content-type': 'text/html', 'docker-content-digest': undefined },
        { 'content-length': '0' },
        { 'content-length': undefined },
      ]),
    )
  const act = chance.pick<() => Act>([
    () => refuse(chance.pick(REFUSALS)),
    () => bare(chance.pick(REFUSALS)),
    () => bare(chance.pick(BROKEN)),
    () => reset,
    lies,
    lies,
  ])()
  const on = (place: Place, { method }: Question): boolean =>
    method === 'HEAD' &&
    isManifest(place) &&
    (tag === '' ? !place.reference.includes(':') : place.reference === tag)
  return { name: `HEAD of ${tag || 'all tags'}`, on, act, harm: { artifacts: true } }
}

/** The registry lists a tag but does not serve it. */
const tagBlocked: MakeFault = ({ world, chance }) => {
  const tag = chance.pick([...world.tags.keys()] as [string, ...string[]])
  const act = chance.is(0.8) ? refuse(chance.pick([...REFUSALS, ...BROKEN])) : senseless(chance)
  return {
    name: `tag ${tag}`,
    on: (place) => isManifest(place) && place.reference === tag,
    act,
    harm: { tags: new Set([tag]), artifacts: true },
  }
}

const somethingPasses: MakeFault = ({ world, chance }) => {
  const kinds = ['list', 'manifest', 'blob', 'referrers', 'ping', 'token'] as const
  const kind = chance.pick(kinds)
  const times = chance.between(1, 2)
  const digests = [...(kind === 'manifest' ? world.shelf.manifests : world.shelf.blobs).keys()]
  const one = chance.is(0.5) ? undefined : chance.pick(digests as [string, ...string[]])
  const isOne = ({ reference }: Place): boolean => one === undefined || reference === one
  const spoil = kind === 'blob' ? flipped : spoiled
  const byDigest = kind === 'blob' || (kind === 'manifest' && one !== undefined)
  return {
    name: `${times} × a passing fault of ${kind} ${one ?? ''}`,
    on: (place) => place.kind === kind && (kind === 'manifest' || kind === 'blob' ? isOne(place) : true),
    times,
    act: byDigest && times === 1 && chance.is(0.4) ? spoil(chance) : passing(chance),
    harm: kind === 'referrers' || kind === 'manifest' ? { artifacts: true } : HARMLESS,
  }
}

const contentBroken: MakeFault = ({ world, chance, canary }) => {
  const { manifests, blobs } = world.shelf
  const digest = chance.pick([...manifests.keys(), ...blobs.keys()] as [string, ...string[]])
  const act = chance.pick<() => Act>([
    () => refuse(chance.pick([...REFUSALS, ...BROKEN])),
    () => spoiled(chance),
    () => senseless(chance),
    () => broken(chance),
    () => redirect(`${canary}/elsewhere`, chance.pick([301, 302, 303, 307, 308])),
    () => challenge(`${canary}/token`),
    () => withHeaders({ 'content-encoding': 'gzip' }),
  ])()
  return {
    name: `content ${digest}`,
    on: ({ reference }, { method }) => reference === digest && method === 'GET',
    act,
    harm: { tags: tagsWith(world, digest), artifacts: true },
  }
}

const referrersBroken: MakeFault = ({ world, chance, canary }) => {
  if (!world.hasReferrers) return undefined
  const isDenied = chance.is(0.3)
  const act = chance.pick<() => Act>([
    () => refuse(chance.pick(NO_ANSWERS)),
    () => broken(chance),
    () => spoiled(chance),
    () => senseless(chance),
    () => redirect(`${canary}/referrers`),
    () => challenge(`${canary}/token`),
  ])()
  return {
    name: 'referrers',
    on: ({ kind }) => kind === 'referrers',
    act: isDenied ? refuse(chance.pick(NO_API)) : act,
    // A corrupted response may still be a valid list, or the response of a registry without referrers.
    harm: { artifacts: true, hidesArtifacts: true },
  }
}

const oddEverywhere: MakeFault = ({ chance }) => {
  const act = odd(chance)
  return { name: 'odd heads', on: ({ kind }) => kind !== 'token', act, harm: HARMLESS }
}

const strangersEverywhere: MakeFault = ({ chance, canary }) => {
  const kind = chance.pick(['ping', 'token', 'list', 'manifest', 'blob', 'referrers'] as const)
  const act = chance.pick<() => Act>([
    () => challenge(`${canary}/token`),
    () => redirect(`${canary}/home?${encodeURIComponent('http://127.0.0.1:1/')}`),
    () => redirect(`${canary}/challenge`, chance.pick([302, 307])),
    () => refuse(401, 'UNAUTHORIZED', { 'www-authenticate': 'Basic realm="fuzz"' }),
    () => refuse(401, 'UNAUTHORIZED'),
  ])()
  return { name: `strangers at ${kind}`, on: (place) => place.kind === kind, act, harm: RUIN }
}

const anythingBroken: MakeFault = ({ chance }) => {
  const kind = chance.pick(['ping', 'token', 'list', 'manifest', 'blob'] as const)
  const act = chance.pick([passing, senseless, spoiled])(chance)
  const share = chance.pick([0.3, 1])
  return { name: `chaos at ${kind}`, on: (place) => place.kind === kind && chance.is(share), act, harm: RUIN }
}

/** Each fault as often as it is listed. */
export const SOURCE_FAULTS: readonly [MakeFault, ...MakeFault[]] = [
  ...[headsRefused, headsRefused, headsRefused],
  ...[tagBlocked, tagBlocked],
  ...[somethingPasses, somethingPasses, somethingPasses],
  ...[contentBroken, contentBroken],
  referrersBroken,
  oddEverywhere,
  strangersEverywhere,
  anythingBroken,
  ...LIST_FAULTS,
] as [MakeFault, ...MakeFault[]]
