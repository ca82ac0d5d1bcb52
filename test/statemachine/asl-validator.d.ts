// The package has no types.
declare module 'asl-validator' {
  function aslValidator(
    definition: unknown,
    options?: { readonly checkArn?: boolean; readonly checkPaths?: boolean },
  ): { readonly isValid: boolean; errorsText(separator?: string): string }
  export = aslValidator
}
