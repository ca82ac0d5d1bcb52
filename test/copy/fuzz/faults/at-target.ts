// Faults of a target.
import { type Act, challenge, close, hang, redirect, refuse, reset } from './acts.ts'
import { HARMLESS, type MakeFault, RUIN, tagsWith } from './fault.ts'
import { odd, passing, senseless } from './passing.ts'

const LASTING = [400, 401, 403, 405, 409, 413, 415, 422, 451, 500] as const

/** Errors for correct bytes and blobs, as registries return them when two uploads meet. */
const doubtsOnce: MakeFault = ({ chance }) => {
  const kind = chance.pick(['manifest', 'upload'] as const)
  const code = chance.pick(
    kind === 'manifest'
      ? (['DIGEST_INVALID', 'MANIFEST_BLOB_UNKNOWN', 'BLOB_UNKNOWN'] as const)
      : (['DIGEST_INVALID', 'BLOB_UPLOAD_UNKNOWN', 'BLOB_UPLOAD_INVALID'] as const),
  )
  return {
    name: `${code} once`,
    on: (place, { method }) => place.kind === kind && method === 'PUT',
    times: 1,
    act: refuse(chance.pick([400, 404]), code),
    harm: HARMLESS,
  }
}

const somethingPasses: MakeFault = ({ chance }) => {
  const kind = chance.pick(['manifest', 'blob', 'session', 'upload', 'ping', 'token'] as const)
  const times = chance.between(1, 2)
  const act = chance.is(0.2) ? refuse(507, 'NO_SPACE') : passing(chance)
  return {
    name: `${times} × a passing fault of ${kind}`,
    on: (place) => place.kind === kind,
    times,
    act,
    harm: HARMLESS,
  }
}

/** The response is lost, and the copier must find out whether the request took effect. */
const answersLost: MakeFault = ({ chance }) => {
  const times = chance.between(1, 3)
  const lose = chance.pick([reset, close])
  return {
    name: `${times} lost answers`,
    on: (_, { method }) => method === 'PUT',
    times,
    act(exchange, honest) {
      honest()
      lose(exchange, honest)
    },
    harm: HARMLESS,
  }
}

const tagRefused: MakeFault = ({ world, chance }) => {
  const tag = chance.pick([...world.tags.keys()] as [string, ...string[]])
  return {
    name: `tag ${tag} refused`,
    on: ({ kind, reference }, { method }) => kind === 'manifest' && reference === tag && method === 'PUT',
    act: refuse(chance.pick(LASTING), chance.pick(['MANIFEST_INVALID', 'DENIED', 'TAG_INVALID', 'REFUSED'])),
    harm: { tags: new Set([tag]), artifacts: true },
  }
}

const contentRefused: MakeFault = ({ world, chance }) => {
  const digests = [...world.shelf.blobs.keys(), ...world.shelf.manifests.keys()]
  const digest = chance.pick(digests as [string, ...string[]])
  return {
    name: `content ${digest} refused`,
    on: ({ reference }, { method, query }) =>
      method === 'PUT' && (query.get('digest') === digest || reference === digest),
    act: chance.is(0.2) ? senseless(chance) : refuse(chance.pick(LASTING)),
    harm: { tags: tagsWith(world, digest), artifacts: true },
  }
}

const headsUseless: MakeFault = ({ chance }) => {
  const kind = chance.pick(['manifest', 'blob'] as const)
  return {
    name: `HEAD of ${kind}s`,
    on: (place, { method }) => place.kind === kind && method === 'HEAD',
    act: refuse(chance.pick([404, 405])),
    harm: HARMLESS,
  }
}

const oddEverywhere: MakeFault = ({ chance }) => {
  const act = odd(chance)
  return { name: 'odd heads', on: ({ kind }) => kind !== 'token', act, harm: HARMLESS }
}

const ruined: MakeFault = ({ chance, canary }) => {
  const kind = chance.pick(['manifest', 'blob', 'session', 'upload', 'ping', 'token'] as const)
  const act = chance.pick<() => Act>([
    () => redirect(`${canary}/upload`, chance.pick([307, 308])),
    () => redirect(`${canary}/challenge`, 307),
    () => challenge(`${canary}/token`),
    () => refuse(chance.pick([401, 403, 404, 429, 500, 507])),
    () => senseless(chance),
    () => (chance.is(0.3) ? hang : passing(chance)),
  ])()
  return { name: `ruin at ${kind}`, on: (place) => place.kind === kind, act, harm: RUIN }
}

/** Each fault as often as it is listed. */
export const TARGET_FAULTS: readonly [MakeFault, ...MakeFault[]] = [
  doubtsOnce,
  somethingPasses,
  somethingPasses,
  answersLost,
  tagRefused,
  contentRefused,
  headsUseless,
  oddEverywhere,
  ruined,
]
