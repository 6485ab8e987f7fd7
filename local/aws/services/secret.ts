import type { EpochMillis } from '../../../functions/platform/util/clock.ts';
import { ServiceError } from '../gateway/json-service.ts';

export type SecretVersion = { id: string; value: string; stages: Set<string>; createdAt: EpochMillis };

/** One secret and its versions. Every staging label is on one version at most. */
export type Secret = {
  name: string;
  arn: string;
  createdAt: EpochMillis;
  changedAt: EpochMillis;
  tags: Map<string, string>;
  versions: Map<string, SecretVersion>;
};

export const CURRENT = 'AWSCURRENT';
const PREVIOUS = 'AWSPREVIOUS';

export const holderOf = (secret: Secret, stage: string): SecretVersion | undefined =>
  [...secret.versions.values()].find(({ stages }) => stages.has(stage));

/**
 * Adds a version under staging labels. The same id with the same value is a repeat and changes nothing.
 *
 * @throws ServiceError `ResourceExistsException` for the same id with another value
 */
export function addVersion(
  secret: Secret,
  version: { id: string; value: string; stages: readonly string[]; createdAt: EpochMillis },
): SecretVersion {
  const known = secret.versions.get(version.id);
  if (known !== undefined) {
    if (known.value === version.value) return known;
    throw new ServiceError(
      'ResourceExistsException',
      `You can't use ClientRequestToken ${version.id} because that value is already in use for a version of secret ${secret.arn}.`,
    );
  }
  const added: SecretVersion = { ...version, stages: new Set() };
  secret.versions.set(version.id, added);
  for (const stage of version.stages) moveStage(secret, stage, added);
  secret.changedAt = version.createdAt;
  return added;
}

/** Source: "Secrets Manager quotas": staging labels attached across all versions of a secret. */
const MAXIMUM_LABELS = 20;

/** Puts a label on a version and takes it from its holder. AWSCURRENT leaves AWSPREVIOUS behind. */
export function moveStage(secret: Secret, stage: string, to: SecretVersion | undefined): void {
  const from = holderOf(secret, stage);
  if (from === to) return;
  if (from === undefined && to !== undefined && labelsOf(secret) >= MAXIMUM_LABELS)
    throw new ServiceError(
      'LimitExceededException',
      `You can attach up to ${MAXIMUM_LABELS} staging labels to the versions of a secret.`,
    );
  from?.stages.delete(stage);
  to?.stages.add(stage);
  if (stage !== CURRENT || from === undefined) return;
  holderOf(secret, PREVIOUS)?.stages.delete(PREVIOUS);
  from.stages.add(PREVIOUS);
}

const labelsOf = (secret: Secret): number =>
  [...secret.versions.values()].reduce((sum, { stages }) => sum + stages.size, 0);

/**
 * Moves or removes a label as UpdateSecretVersionStage does: whoever moves one has to name its holder.
 *
 * @throws ServiceError `InvalidParameterException` when the named holder does not hold it
 */
export function restage(
  secret: Secret,
  stage: string,
  from: string | undefined,
  to: SecretVersion | undefined,
): void {
  const holder = holderOf(secret, stage);
  if (holder === to && holder !== undefined) return;
  if (holder?.id !== from) {
    const present = holder === undefined ? 'not attached to any version' : `attached to version ${holder.id}`;
    throw new ServiceError(
      'InvalidParameterException',
      `The staging label ${stage} is currently ${present}. You must ${holder === undefined ? 'leave out' : 'name that version in'} RemoveFromVersionId.`,
    );
  }
  if (stage === CURRENT && to === undefined) {
    throw new ServiceError(
      'InvalidParameterException',
      'You can only move staging label AWSCURRENT to another version.',
    );
  }
  moveStage(secret, stage, to);
}
