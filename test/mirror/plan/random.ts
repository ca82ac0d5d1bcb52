// Seeded random numbers: a failing property reports its seed.

export interface Random {
  /** A number of at least 0 and less than `limit`. */
  pick(limit: number): number
  /** At least one of these values, in their order. */
  some<T>(from: readonly T[]): T[]
}

/** https://en.wikipedia.org/wiki/Linear_congruential_generator, with the constants of Numerical Recipes. */
export function random(seed: number): Random {
  let state = (seed * 2_654_435_761 + 1) >>> 0
  const next = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
  const pick = (limit: number) => Math.floor(next() * limit)
  return {
    pick,
    some(from) {
      const chosen = from.filter(() => next() < 0.4)
      return chosen.length > 0 ? chosen : from.slice(0, 1)
    },
  }
}
