/** Requests about resources that may be missing. */

/** @param missing - names of the errors with which AWS answers if the resource is missing; the result is then undefined */
export async function ifExists<T>(
  request: Promise<T>,
  ...missing: readonly [string, ...string[]]
): Promise<T | undefined> {
  try {
    return await request
  } catch (error) {
    if (error instanceof Error && missing.includes(error.name)) return undefined
    throw error
  }
}
