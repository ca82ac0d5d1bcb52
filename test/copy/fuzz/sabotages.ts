// Checks that the fuzzer must miss when they are removed from the code.
import type { Sabotage } from '../sabotage.ts'

export const SABOTAGES: readonly Sabotage[] = [
  {
    name: 'a HEAD that refuses is the last word',
    file: 'registry/manifests/head.ts',
    replace:
      "return typeof result === 'string' ? describe(await getManifest(site, reference, signal, tries)) : result",
    by: "if (typeof result === 'string') throw new RegistryError('refused', { kind: 'notFound' })\n  return result",
  },
  {
    name: 'tags that are listed and missing are dropped',
    file: 'mirror/resolve/resolve-tags.ts',
    replace: 'failed: [...missing.failed, ...failed]',
    by: 'failed',
  },
  {
    name: 'tags that are blocked are dropped',
    file: 'mirror/resolve/resolve-tags.ts',
    replace: 'failed: [...missing.failed, ...failed]',
    by: 'failed: missing.failed',
  },
  {
    name: 'one tag that fails fails all',
    file: 'mirror/resolve/ask-tags.ts',
    replace: 'return { failure: failed(tag, error) }',
    by: 'throw error',
  },
  {
    name: 'a refused page size is an error',
    file: 'registry/manifests/tags.ts',
    replace: 'whole.href !== url.href && mayDislikeQuery(error)',
    by: 'whole.href === url.href && mayDislikeQuery(error)',
  },
  {
    name: 'a page that brings nothing ends the list',
    file: 'registry/manifests/pages.ts',
    replace: 'url = nextPage(response, first)',
    by: 'url = isNew ? nextPage(response, first) : undefined',
  },
  {
    name: 'a page that repeats ends the list',
    file: 'registry/manifests/pages.ts',
    replace: 'if (seen.has(url.href)) throw endless',
    by: 'if (seen.has(url.href)) return void endless',
  },
  {
    name: 'a Link without brackets ends the list',
    file: 'registry/manifests/link.ts',
    replace: "return target === '' ? []",
    by: "return target === '' || !first.startsWith('<') ? []",
  },
  {
    name: 'a Link without a target ends the list',
    file: 'registry/manifests/pages.ts',
    replace: "if (query === '') throw",
    by: "if (query === '') return undefined\n  if (query === undefined) throw",
  },
  {
    name: 'layers of a nondistributable type are left out, with urls or without',
    file: 'registry/model/manifest.ts',
    replace: 'return named && NON_DISTRIBUTABLE.test(mediaType)',
    by: 'return named !== undefined && NON_DISTRIBUTABLE.test(mediaType)',
  },
  {
    name: 'tags of artifacts that no image claims are left out',
    file: 'cli/copy/loose-tags.ts',
    replace: 'const names = available.filter((tag) => !isImageTag(tag)',
    by: 'const names = available.filter((tag) => isImageTag(tag) && !isImageTag(tag)',
  },
]
