// Reads the environment variables that a task passes to a build.

interface BuildInput {
  readonly EnvironmentVariablesOverride?: readonly { readonly Name: string; readonly Value: string }[]
}

/** The key of the work order; undefined if the input is not that of a build. */
export function orderKeyIn(input: unknown): string | undefined {
  return variableIn(input, 'ORDER_KEY')
}

/** The number of earlier rounds. */
export function roundIn(input: unknown): number {
  return Number(variableIn(input, 'ROUND'))
}

function variableIn(input: unknown, name: string): string | undefined {
  const { EnvironmentVariablesOverride: variables } = (input ?? {}) as BuildInput
  return variables?.find(({ Name }) => Name === name)?.Value
}
