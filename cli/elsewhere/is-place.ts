/** Tells places in AWS from files, without loading the AWS SDK. */

export function isPlace(text: string): boolean {
  return /^(?:s3:\/\/|ssm:)/.test(text)
}
