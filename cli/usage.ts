/** Help texts, and the error for invalid usage. */

/** Wrong flags or arguments: exit status 2, and a hint at the help. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

export const MAIN_HELP = `Keeps container images present, with the same digest, in Amazon ECR in every region.

Usage: npm start -- [flags]          runs the workflow on this machine (the command "run")
       npx image-mirror COMMAND …

Commands
  run       runs the deployed workflow here: the synthesized state machine, Lambdas and build
  copy      copies an image from any registry to any others, by hand
  estimate  tells what a list would cost in a month

"COMMAND --help" tells more. To deploy: npx cdk deploy`

export const RUN_HELP = `Runs the workflow that "npx cdk deploy" would install, on this machine and
without an AWS account: the same state machine, the same Lambda bundles, the
same buildspec. S3, SNS and ECR are stand-ins on loopback addresses, with one
registry for each region.

Usage: npm start -- [flags]

  --list FILE    mirror this list (YAML or JSON) from the real registries that it
                 names; plain HTTP is accepted for loopback addresses
                 (127.0.0.1:5000/team/app:1.2)
                 default: mirror.yaml, with sample images for its registries
  --regions A,B  these regions instead of the list's
  --input FILE   start the execution with this JSON, as --input of
                 "aws stepfunctions start-execution" would; a list that it names
                 as s3://BUCKET/KEY is read from DIR/s3/BUCKET/KEY
                 default: {}, the whole list
  --state DIR    keep registries and logs here from run to run; default: .mirror
  --fresh        empty the state first
  --serve        keep the registries up after the run until Ctrl-C, for skopeo,
                 podman or docker; anyone on this machine can pull from them
  --json         print one JSON document on standard output, nothing else there
  --clock real   wait as long as the workflow says, between retries and for rate
                 limits; default: fast, a minute in a second once all that is
                 left is waiting
  -h, --help     this text

Secrets that the list names ("credentials") are read from DIR/secrets.json:
{"NAME": {"username": …, "accessToken": …}}.

Exit status: 0 no pair failed, 1 a pair or the run failed, 2 bad input or usage,
130 interrupted.`

export const ESTIMATE_HELP = `Tells what a list would cost to keep mirrored for a month, by part, and how long its runs would take.

Usage: npx image-mirror estimate [flags]

  --list FILE     the list                                            default: mirror.yaml
  --runs N        runs a month                                        default: 30, once a day
  --changes N     how often an image's content changes in a month     default: 4
  --gb N          GB of an image, compressed, with all platforms      default: 0.3
  --builds N      builds that may run at a time, CodeBuild's quota    default: 1, that of a new account
  --compute KIND  ec2 or lambda, as the construct's "compute"         default: ec2
  --json          print one JSON document
  -h, --help      this text

Prices are those of us-east-1, without free tiers, from cli/prices.ts. Every byte of a changed image is taken for new,
which is the most that it can be.`
