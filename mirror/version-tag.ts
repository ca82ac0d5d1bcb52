/** The tag of the state machine that names the version of image-mirror that deployed it. */
export const VERSION_TAG = 'image-mirror:version'
