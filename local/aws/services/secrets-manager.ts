import { randomUUID } from 'node:crypto';
import type { Clock } from '../../../functions/platform/util/clock.ts';
import { ACCOUNT, REGION } from '../base/account.ts';
import type { Backend } from '../base/http-message.ts';
import { isObject, isText, type JsonObject, textOf } from '../base/json.ts';
import { jsonService, type Operation, ServiceError } from '../gateway/json-service.ts';
import { addVersion, CURRENT, holderOf, restage, type Secret, type SecretVersion } from './secret.ts';

/**
 * A stand-in of Secrets Manager: versions, staging labels and request tokens as the service treats them; no
 * encryption, rotation schedules or deletion.
 */
export function createSecretsManager(clock: Clock): {
  backend: Backend;
  /** The ARN of a secret by its name or ARN; `undefined` if it does not exist. */
  arnOf(secretId: string): string | undefined;
} {
  const secrets = new Map<string, Secret>();
  const byNameOrArn = (id: string): Secret | undefined =>
    secrets.get(id) ?? [...secrets.values()].find(({ arn }) => arn === id);
  const find: FindSecret = (input) => {
    const found = byNameOrArn(required(input, 'SecretId'));
    if (found !== undefined) return found;
    throw new ServiceError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
  };
  return {
    backend: jsonService('Secrets Manager', {
      CreateSecret: creation(secrets, clock),
      ...changes(find, clock),
      ...reads(find),
    }),
    arnOf: (secretId) => byNameOrArn(secretId)?.arn,
  };
}

/** The secret that `SecretId` names. Throws ServiceError `ResourceNotFoundException`. */
type FindSecret = (input: JsonObject) => Secret;

const creation =
  (secrets: Map<string, Secret>, clock: Clock): Operation =>
  (input) => {
    const name = required(input, 'Name');
    const value = textOf(input, 'SecretString');
    const id = textOf(input, 'ClientRequestToken') ?? randomUUID();
    const known = secrets.get(name);
    if (known !== undefined) {
      if (known.versions.get(id)?.value === value && value !== undefined)
        return named(known, { VersionId: id });
      throw new ServiceError(
        'ResourceExistsException',
        `The operation failed because the secret ${name} already exists.`,
      );
    }
    const now = clock.now();
    const secret: Secret = {
      name,
      arn: `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:${name}-${randomUUID().slice(0, 6)}`,
      createdAt: now,
      changedAt: now,
      tags: new Map(),
      versions: new Map(),
    };
    secrets.set(name, secret);
    addTags(secret, input);
    if (value === undefined) return named(secret);
    addVersion(secret, { id, value, stages: [CURRENT], createdAt: now });
    return named(secret, { VersionId: id });
  };

const changes = (find: FindSecret, clock: Clock): Record<string, Operation> => ({
  PutSecretValue: (input) => {
    const secret = find(input);
    const stages = Array.isArray(input['VersionStages']) ? input['VersionStages'].filter(isText) : [];
    const version = addVersion(secret, {
      id: textOf(input, 'ClientRequestToken') ?? randomUUID(),
      value: required(input, 'SecretString'),
      stages: stages.length === 0 || secret.versions.size === 0 ? [...new Set([...stages, CURRENT])] : stages,
      createdAt: clock.now(),
    });
    return named(secret, { VersionId: version.id, VersionStages: [...version.stages] });
  },
  UpdateSecretVersionStage: (input) => {
    const secret = find(input);
    const to = textOf(input, 'MoveToVersionId');
    const target = to === undefined ? undefined : versionOf(secret, to);
    restage(secret, required(input, 'VersionStage'), textOf(input, 'RemoveFromVersionId'), target);
    secret.changedAt = clock.now();
    return named(secret);
  },
  TagResource: (input) => {
    addTags(find(input), input);
    return {};
  },
});

const reads = (find: FindSecret): Record<string, Operation> => ({
  GetSecretValue: (input) => {
    const secret = find(input);
    const version = chosenVersion(secret, input);
    return named(secret, {
      VersionId: version.id,
      SecretString: version.value,
      VersionStages: [...version.stages],
      CreatedDate: version.createdAt / 1000,
    });
  },
  DescribeSecret: (input) => {
    const secret = find(input);
    return named(secret, {
      CreatedDate: secret.createdAt / 1000,
      LastChangedDate: secret.changedAt / 1000,
      Tags: [...secret.tags].map(([Key, Value]) => ({ Key, Value })),
      VersionIdsToStages: Object.fromEntries(staged(secret).map(({ id, stages }) => [id, [...stages]])),
    });
  },
  ListSecretVersionIds: (input) => {
    const secret = find(input);
    const listed = input['IncludeDeprecated'] === true ? [...secret.versions.values()] : staged(secret);
    return named(secret, {
      Versions: listed.map(({ id, stages, createdAt }) => ({
        VersionId: id,
        VersionStages: [...stages],
        CreatedDate: createdAt / 1000,
      })),
    });
  },
});

const named = ({ name, arn }: Secret, more: JsonObject = {}): JsonObject => ({
  ARN: arn,
  Name: name,
  ...more,
});

const staged = (secret: Secret): SecretVersion[] =>
  [...secret.versions.values()].filter(({ stages }) => stages.size > 0);

function required(input: JsonObject, field: string): string {
  const value = textOf(input, field);
  if (value !== undefined && value !== '') return value;
  throw new ServiceError('InvalidParameterException', `You must provide a value for the ${field} parameter.`);
}

function addTags(secret: Secret, input: JsonObject): void {
  const tags = Array.isArray(input['Tags']) ? input['Tags'].filter(isObject) : [];
  for (const tag of tags) secret.tags.set(textOf(tag, 'Key') ?? '', textOf(tag, 'Value') ?? '');
}

function versionOf(secret: Secret, id: string): SecretVersion {
  const version = secret.versions.get(id);
  if (version !== undefined) return version;
  throw new ServiceError(
    'ResourceNotFoundException',
    `Secrets Manager can't find the specified secret value for VersionId: ${id}`,
  );
}

function chosenVersion(secret: Secret, input: JsonObject): SecretVersion {
  const id = textOf(input, 'VersionId');
  const stage = textOf(input, 'VersionStage');
  if (id === undefined) {
    const holder = holderOf(secret, stage ?? CURRENT);
    if (holder !== undefined) return holder;
    throw new ServiceError(
      'ResourceNotFoundException',
      `Secrets Manager can't find the specified secret value for staging label: ${stage ?? CURRENT}`,
    );
  }
  const version = versionOf(secret, id);
  if (stage === undefined || version.stages.has(stage)) return version;
  throw new ServiceError(
    'InvalidRequestException',
    'You provided a VersionStage that is not associated to the provided VersionId.',
  );
}
