/** The files of a new CDK app that deploys a mirror. */
import example from '../../examples/plain/package.json' with { type: 'json' }
import manifest from '../../package.json' with { type: 'json' }

const LIST = `# yaml-language-server: $schema=./node_modules/image-mirror/mirror.schema.json
# The images that this mirror keeps in Amazon ECR, and the regions that it keeps them in. "npx image-mirror validate"
# checks this file, and "npx image-mirror plan" shows what a run would do.
# The first region is the home of the mirror, where its stack is deployed, unless "home" names another.
regions:
  - us-east-1
  - eu-west-1

# The repository of an image is <prefix>/<path of the source>, without Docker Hub's library/: mirror/redis.
prefix: mirror

images:
  # One tag of one repository.
  - docker.io/library/redis:7.4

  # All patch releases of a minor version, without release candidates.
  - source: quay.io/prometheus/node-exporter
    tags:
      include: ['/^v1\\.8\\.\\d+/']
      exclude: ['/-rc/']

  # The three newest versions from 1.0 up.
  # - source: registry.example.com/team/app
  #   tags: {semver: ['>=1.0'], latest: 3}
`

/** Quoted, so that they do not look like imports of this file. */
const IMPORTS = [
  "import { App, CfnOutput, Stack } from 'aws-cdk-lib'",
  "import { ImageMirror, ImageMirrorList } from 'image-mirror'",
]

const APP = `// Deploys a mirror of the images in mirror.yaml.
${IMPORTS.join('\n')}

const list = ImageMirrorList.fromFile('mirror.yaml')
const stack = new Stack(new App(), 'ImageMirror', { env: { region: list.home ?? list.regions[0] } })
const mirror = new ImageMirror(stack, 'Mirror', { list })

// "npx image-mirror start" and its siblings find the mirror by these names.
new CfnOutput(stack, 'StateMachineArn', { value: mirror.stateMachine.stateMachineArn })
new CfnOutput(stack, 'FailureTopicArn', { value: mirror.failureTopic.topicArn })
new CfnOutput(stack, 'WorkBucketName', { value: mirror.workBucket.bucketName })
new CfnOutput(stack, 'BuildLogGroupName', { value: mirror.buildLogGroup.logGroupName })
`

const COMPILER_OPTIONS = {
  target: 'es2022',
  module: 'nodenext',
  types: ['node'],
  strict: true,
  noEmit: true,
  skipLibCheck: true,
}

/**
 * File -> its text.
 * @param own - what npm installs as this package: a version, or a file
 */
export function appFiles(own: string): Readonly<Record<string, string>> {
  return {
    'mirror.yaml': LIST,
    'app.ts': APP,
    'package.json': jsonText(packageOf(own)),
    'cdk.json': jsonText({ app: 'npx tsx app.ts' }),
    'tsconfig.json': jsonText({ compilerOptions: COMPILER_OPTIONS, include: ['app.ts'] }),
    '.gitignore': 'node_modules/\ncdk.out/\n',
  }
}

/** Pins the versions that this version of the package is tested with. */
function packageOf(own: string) {
  const { devDependencies } = manifest
  return {
    name: 'my-image-mirror',
    private: true,
    type: 'module',
    engines: manifest.engines,
    dependencies: {
      'aws-cdk-lib': devDependencies['aws-cdk-lib'],
      constructs: devDependencies.constructs,
      'image-mirror': own,
    },
    devDependencies: {
      '@types/node': devDependencies['@types/node'],
      'aws-cdk': devDependencies['aws-cdk'],
      tsx: example.devDependencies.tsx.replace('^', ''),
    },
  }
}

function jsonText(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`
}
