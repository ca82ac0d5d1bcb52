/** Names of the formats that lists are imported from, apart from their importers, which load on demand. */
export const FORMAT_NAMES = [
  'regsync',
  'skopeo',
  'image-syncer',
  'dregsy',
  'ocync',
  'cdk-ecr-sync',
  'aws-ecr-mirror',
  'lines',
] as const
export type FormatName = (typeof FORMAT_NAMES)[number]
