/** The client's User-Agent header. */

/** The version of package.json; a test compares them. */
export const USER_AGENT = 'image-mirror/0.1.0'
