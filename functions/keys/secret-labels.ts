import {
  DescribeSecretCommand,
  type SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';

/** The staging labels of a secret: which version holds which. */
export type SecretLabels = {
  /** The version that holds a label. */
  holder(secretName: string, label: string): Promise<string | undefined>;
  /** Puts a label on a version, wherever it was before. Harmless to repeat. */
  move(secretName: string, label: string, versionId: string): Promise<void>;
  /** Takes a label off a version, if it is on that one. Harmless to repeat. */
  remove(secretName: string, label: string, versionId: string): Promise<void>;
};

/** @param secrets moving AWSCURRENT makes Secrets Manager put AWSPREVIOUS on its former holder */
export function createSecretLabels(secrets: SecretsManagerClient): SecretLabels {
  const holder = async (secretName: string, label: string): Promise<string | undefined> => {
    const { VersionIdsToStages = {} } = await secrets.send(
      new DescribeSecretCommand({ SecretId: secretName }),
    );
    return Object.entries(VersionIdsToStages).find(([, labels]) => labels.includes(label))?.[0];
  };
  return {
    holder,
    move: async (secretName, label, versionId) => {
      const from = await holder(secretName, label);
      if (from === versionId) return;
      await secrets.send(
        new UpdateSecretVersionStageCommand({
          SecretId: secretName,
          VersionStage: label,
          MoveToVersionId: versionId,
          ...(from !== undefined && { RemoveFromVersionId: from }),
        }),
      );
    },
    remove: async (secretName, label, versionId) => {
      if ((await holder(secretName, label)) !== versionId) return;
      await secrets.send(
        new UpdateSecretVersionStageCommand({
          SecretId: secretName,
          VersionStage: label,
          RemoveFromVersionId: versionId,
        }),
      );
    },
  };
}
