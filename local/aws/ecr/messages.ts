/** ECR's error messages, verbatim, because clients match on their text. */
import type { Missing } from '../registry/policy.ts'

export const REPOSITORY_NAME = '(?:[a-z0-9]+(?:[._-][a-z0-9]+)*/)*[a-z0-9]+(?:[._-][a-z0-9]+)*'

export interface ImageId {
  readonly imageDigest?: string | undefined
  readonly imageTag?: string | undefined
}

/** The refusal of a call from another account that neither a registry policy nor a repository policy allows. */
export function notAuthorized(caller: string, action: string, resource: string): string {
  return (
    `User: arn:aws:sts::${caller}:assumed-role/caller/session is not authorized to perform: ecr:${action} on resource: ` +
    `${resource} because no resource-based policy allows the ecr:${action} action`
  )
}

export function messages(account: string) {
  const inRegistry = `in the registry with id '${account}'`
  const repository = (name: string) => `The repository with name '${name}'`
  return {
    repositoryNotFound: (name: string) => `${repository(name)} does not exist ${inRegistry}`,
    repositoryExists: (name: string) => `${repository(name)} already exists ${inRegistry}`,
    repositoryNotEmpty: (name: string) =>
      `${repository(name)} ${inRegistry} cannot be deleted because it still contains images`,
    imageNotFound: (name: string, { imageDigest, imageTag }: ImageId) =>
      `The image with imageId {imageDigest:'${imageDigest ?? null}', imageTag:'${imageTag ?? null}'} does not exist ` +
      `within the repository with name '${name}' ${inRegistry}`,
    lifecyclePolicyNotFound: (name: string) =>
      `Lifecycle policy does not exist for the repository with name '${name}' ${inRegistry}`,
    policyNotFound: (name: string) =>
      `Repository policy does not exist for the repository with name '${name}' ${inRegistry}`,
    tagExists: (name: string, tag: string) =>
      `The image tag '${tag}' already exists in the '${name}' repository and cannot be overwritten because the tag is immutable.`,
    contentMissing: (name: string, { blobs, manifests }: Missing) => {
      const [kind, digests] = blobs.length > 0 ? ['Layers', blobs] : ['Images', manifests]
      return (
        `${kind} with digests '[${digests.join(', ')}]' required for pushing image into repository with name '${name}' ` +
        `${inRegistry} do not exist`
      )
    },
    digestMismatch: (digest: string) =>
      `The image digest '${digest}' does not match the image digest that Amazon ECR has calculated for the image`,
    archived: (name: string, digest: string) =>
      `The image with digest '${digest}' in the repository with name '${name}' ${inRegistry} is archived`,
    requestedImageNotFound: 'Requested image not found',
    layerPartTooSmall: 'Layer parts must be at least 5242880 bytes in size, except for the last one',
    emptyUpload: 'The specified layer upload does not contain any layer parts',
  }
}

export function invalidParameter(name: string, constraint: string): string {
  return `Invalid parameter at '${name}' failed to satisfy constraint: '${constraint}'`
}
