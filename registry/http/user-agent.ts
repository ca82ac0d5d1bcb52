/** What the client calls itself, so that a registry's operators can tell us from others. */

/** The same as in package.json; a test holds it there. */
export const USER_AGENT = 'image-mirror/0.1.0'
