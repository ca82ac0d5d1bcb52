/** IAM actions on repositories, by what the mirror does with them. */

/** Returns 100 tags per call, and the archived images that this call omits. */
export const LOOK_AT_TARGETS = ['ecr:DescribeImages', 'ecr:ListImages']
/** https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonEC2ContainerRegistryPullOnly.html */
export const PULL = ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer']
/**
 * Manifests and referrers need `BatchGetImage`, the tag list `ListImages`. A plain image states its platform in its
 * config, which is a layer to ECR.
 */
export const LOOK_AT_SOURCES = [...PULL, 'ecr:ListImages']
/** https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-push-iam.html */
export const PUSH = [
  'ecr:BatchCheckLayerAvailability',
  'ecr:CompleteLayerUpload',
  'ecr:InitiateLayerUpload',
  'ecr:PutImage',
  'ecr:UploadLayerPart',
]
/** Creates repositories with the settings and resource tags of the list. */
export const CREATE = ['ecr:CreateRepository', 'ecr:DescribeRepositories', 'ecr:TagResource']

/** Deletes tags, for lists with `prune`. */
export const DELETE = 'ecr:BatchDeleteImage'

export const LOG_IN_ACTION = 'ecr:GetAuthorizationToken'

/** Creates and fills repositories of ECR Public: https://docs.aws.amazon.com/AmazonECR/latest/public/docker-push-ecr-image.html */
export const PUSH_PUBLIC = [
  'ecr-public:BatchCheckLayerAvailability',
  'ecr-public:CompleteLayerUpload',
  'ecr-public:CreateRepository',
  'ecr-public:InitiateLayerUpload',
  'ecr-public:PutImage',
  'ecr-public:TagResource',
  'ecr-public:UploadLayerPart',
]
