/** The name of the stack of a mirror without a name of its own. */
export const STACK_NAME = 'ImageMirror'
