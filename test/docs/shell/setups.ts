// The files, earlier commands and exit statuses of commands of the pages. By default, a command finds the project's
// mirror.yaml and exits with 0.

export interface Setup {
  /** Part of the line. */
  readonly line: string
  /** @default - any page */
  readonly page?: string
  /** Files in the folder of the command. */
  readonly files?: Readonly<Record<string, string>>
  /** Commands that run before. */
  readonly before?: readonly string[]
  /** Whether the latest run of the mirror has failed. */
  readonly failed?: boolean
  /** The expected exit statuses. @default [0] */
  readonly statuses?: readonly number[]
  /** The test that checks the output that the page shows. */
  readonly shownBy?: string
}

const IMAGES = 'images: [docker.io/library/redis:7.4]\n'
const ECR = (region: string) => `123456789012.dkr.ecr.${region}.amazonaws.com/team/redis:7.4`

export const SETUPS: readonly Setup[] = [
  {
    page: 'docs/local.md',
    line: '--input',
    files: { 'input.json': '{"images": ["docker.io/library/redis:7.4"]}' },
  },
  { page: 'docs/local.md', line: 'my.yaml', files: { 'my.yaml': `regions: [us-east-1]\n${IMAGES}` } },
  {
    page: 'docs/cli.md',
    line: 'validate mirror.yaml',
    files: {
      'mirror.yaml': `regions: [us-east1]
images:
  - docker.io/library/redis:7.4
  - source: quay.io/prometheus/node-exporter
    tags:
      inclde: ['/^v1/']
`,
    },
    statuses: [2],
  },
  {
    page: 'docs/cli.md',
    line: 'plan mirror.yaml',
    files: {
      'mirror.yaml': `regions: [us-east-1, eu-west-1, ap-southeast-2]
prefix: team
images:
  - docker.io/library/redis:7.4
  - source: quay.io/prometheus/node-exporter
    tags: {include: ['/^v1\\.8\\.\\d+/'], exclude: ['/-rc/']}
`,
    },
    before: [
      `npx image-mirror copy --create docker.io/library/redis:7.4 ${ECR('us-east-1')} ${ECR('eu-west-1')}`,
      `npx image-mirror copy --create docker.io/library/redis:7.2 ${ECR('ap-southeast-2')}`,
    ],
    statuses: [3],
  },
  {
    page: 'docs/cli.md',
    line: 'sync mirror.yaml',
    files: {
      'mirror.yaml': `targets:
  harbor: {registry: harbor.example.com, namespace: mirror}
  lab: {registry: lab.example.com}
defaults: {targets: [harbor, lab]}
images:
  - docker.io/library/redis:7.4
  - docker.io/library/nginx:1.30
  - source: quay.io/prometheus/node-exporter
    tags: {semver: ~1.8}
`,
    },
    statuses: [1],
  },
  { line: 'auth mirror.yaml', shownBy: 'cli/auth.test.ts' },
  // Its findings depend on what earlier commands have changed.
  { line: 'doctor', statuses: [0, 1], shownBy: 'cli/deployed/doctor.system.test.ts' },
  { line: '--list more.yaml', files: { 'more.yaml': IMAGES } },
  { page: 'docs/runs.md', line: 'mirror follow', failed: true, statuses: [1] },
  { line: '--report report.json', before: ['npx image-mirror follow RUN --json > report.json'] },
  { line: 'rerun', failed: true },
  { line: 'status', failed: true, statuses: [1] },
  { line: 'import regsync.yml', files: { 'regsync.yml': regsync() } },
  { line: 'import table.json', files: { 'table.json': table() } },
  {
    line: 'target-account',
    files: {
      'mirror.yaml': `regions: [us-east-1]
targets:
  prod: {account: '210987654321', regions: [us-east-1], role: 'arn:aws:iam::210987654321:role/image-mirror'}
defaults: {targets: [regions, prod]}
${IMAGES}`,
    },
  },
]

export function setupOf(page: string, line: string): Partial<Setup> {
  return SETUPS.find((setup) => (setup.page ?? page) === page && line.includes(setup.line)) ?? {}
}

function regsync(): string {
  return `version: 1
sync:
  - source: docker.io/library/redis
    target: 123456789012.dkr.ecr.us-east-1.amazonaws.com/redis
    type: repository
    tags: {allow: ['7\\.4.*']}
`
}

function table(): string {
  const row = { Source: { S: 'docker.io/library/redis:7.4' }, Destination: { S: 'redis:7.4' } }
  return JSON.stringify({ Items: [row], Count: 1, ScannedCount: 1 })
}
