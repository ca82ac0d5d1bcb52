/** The exports of the package. */
export type { Compute } from './compute.ts'
export { ImageMirror, type ImageMirrorProps } from './image-mirror.ts'
export { ImageMirrorList, type InlineListProps } from './list/mirror-list.ts'
export { PushMirror, type PushMirrorProps } from './push-mirror.ts'
export { MirrorTargetAccount, type MirrorTargetAccountProps } from './target-account.ts'
