/** A first-in, first-out memory budget: bounds how many bytes are held at once. */

export interface Reservation {
  /** Returns the bytes to the budget. Idempotent. */
  release(): void
}

export interface Budget {
  /** Waits until this many bytes are free. A request larger than the whole budget is admitted alone. */
  take(bytes: number): Promise<Reservation>
}

export function createBudget(most: number): Budget {
  const waiting: { readonly bytes: number; readonly go: () => void }[] = []
  let held = 0

  function admit(): void {
    for (let next = waiting[0]; next !== undefined; next = waiting[0]) {
      if (held > 0 && held + next.bytes > most) return
      waiting.shift()
      held += next.bytes
      next.go()
    }
  }

  return {
    async take(bytes) {
      await new Promise<void>((go) => {
        waiting.push({ bytes, go })
        admit()
      })
      let isHeld = true
      return {
        release() {
          if (isHeld) held -= bytes
          isHeld = false
          admit()
        },
      }
    },
  }
}
