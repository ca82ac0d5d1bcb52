/** Bounds how many bytes are in memory at a time, first come first served. */

export interface Hold {
  /** Gives the bytes back; more than once is as good as once. */
  release(): void
}

export interface Budget {
  /** Waits until so many bytes are free. More than the whole budget is let in alone. */
  take(bytes: number): Promise<Hold>
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
