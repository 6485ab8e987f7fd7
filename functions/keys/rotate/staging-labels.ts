import {
  DescribeSecretCommand,
  type SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';

/** The staging labels of a secret: which version holds which. */
export type StagingLabels = {
  /** All labels: which version holds each. */
  all(secretName: string): Promise<ReadonlyMap<string, string>>;
  /** The version that holds a label. */
  holder(secretName: string, label: string): Promise<string | undefined>;
  /** Puts a label on a version, wherever it was before. Harmless to repeat. */
  move(secretName: string, label: string, versionId: string): Promise<void>;
  /**
   * Puts a label on a version if it is where the caller saw it: Secrets Manager refuses if somebody has moved it
   * since, with an InvalidParameterException.
   */
  moveFrom(secretName: string, label: string, seen: string | undefined, versionId: string): Promise<void>;
  /** Takes a label off a version, if it is on that one. Harmless to repeat. */
  remove(secretName: string, label: string, versionId: string): Promise<void>;
};

/** The operations of Secrets Manager behind {@link StagingLabels}. */
export type SecretStages = {
  /** Version → its labels. */
  describe(secretName: string): Promise<Readonly<Record<string, readonly string[]>>>;
  /** Takes a label `from` one version, which must hold it, `to` another; either may be absent. */
  update(secretName: string, label: string, move: { from?: string; to?: string }): Promise<void>;
};

/** A tag whose name begins so, in any of these forms, names somebody else who uses the key: `used-by`, `used-by:billing`. */
const USED_BY = /^(app-store-connect-jobs:)?used-by\b[:/ -]?(.*)$/i;
const OWNER = /^(app-store-connect-jobs:)?owner$/i;

/**
 * Services and owners that use a key besides this product, as tags on its secret name them: `used-by` (or
 * `used-by:<service>`) and `owner`.
 */
export const createUsersReader =
  (secrets: SecretsManagerClient) =>
  async (secretName: string): Promise<readonly string[]> => {
    const { Tags = [] } = await secrets.send(new DescribeSecretCommand({ SecretId: secretName }));
    return Tags.flatMap(({ Key = '', Value = '' }) => {
      if (OWNER.test(Key)) return [`owner ${Value}`];
      const service = USED_BY.exec(Key)?.[2];
      if (service === undefined) return [];
      return [[service, Value].filter((text) => text !== '').join(': ')];
    }).sort();
  };

/** Moving AWSCURRENT makes Secrets Manager put AWSPREVIOUS on its former holder. */
export const secretVersionStages = (secrets: SecretsManagerClient): SecretStages => ({
  describe: async (secretName) => {
    const described = await secrets.send(new DescribeSecretCommand({ SecretId: secretName }));
    return described.VersionIdsToStages ?? {};
  },
  update: async (secretName, label, { from, to }) => {
    await secrets.send(
      new UpdateSecretVersionStageCommand({
        SecretId: secretName,
        VersionStage: label,
        ...(to !== undefined && { MoveToVersionId: to }),
        ...(from !== undefined && { RemoveFromVersionId: from }),
      }),
    );
  },
});

export function createStagingLabels(stages: SecretStages): StagingLabels {
  const holder = async (secretName: string, label: string): Promise<string | undefined> =>
    Object.entries(await stages.describe(secretName)).find(([, labels]) => labels.includes(label))?.[0];
  const moveFrom: StagingLabels['moveFrom'] = async (secretName, label, from, versionId) => {
    if (from === versionId) return;
    await stages.update(secretName, label, { to: versionId, ...(from !== undefined && { from }) });
  };
  return {
    all: async (secretName) =>
      new Map(
        Object.entries(await stages.describe(secretName)).flatMap(([versionId, labels]) =>
          labels.map((label) => [label, versionId] as const),
        ),
      ),
    holder,
    moveFrom,
    move: async (secretName, label, versionId) =>
      moveFrom(secretName, label, await holder(secretName, label), versionId),
    remove: async (secretName, label, versionId) => {
      if ((await holder(secretName, label)) !== versionId) return;
      await stages.update(secretName, label, { from: versionId });
    },
  };
}
