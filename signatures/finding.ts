/** Results of comparing one signature with one rule. */
export type Finding =
  | { readonly is: 'valid' }
  /** Not a signature of an image, such as an attestation. */
  | { readonly is: 'other'; readonly reason: string }
  /** May be valid, but cannot be checked here. */
  | { readonly is: 'unsupported'; readonly reason: string }
  | { readonly is: 'invalid'; readonly reason: string }

export const VALID: Finding = { is: 'valid' }

export function invalid(reason: string): Finding {
  return { is: 'invalid', reason }
}

export function unsupported(reason: string): Finding {
  return { is: 'unsupported', reason }
}
