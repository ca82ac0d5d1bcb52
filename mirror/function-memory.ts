/** Memory of each Lambda function in MiB: deployed by infra/ and priced by estimate/. */
export const FUNCTION_MEMORY_MIB = {
  plan: 1024,
  resolve: 512,
  diff: 512,
  outcome: 512,
  prune: 1024,
  report: 2048,
} as const
