import {
  CreateSecretCommand,
  ResourceExistsException,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';

/**
 * Puts a key into a secret that is not there yet. A secret that is there is left alone: its key may be in use, and
 * `asc-jobs keys rotate` replaces it safely.
 *
 * @param text the key as a secret holds it
 * @returns whether it was put
 */
export async function storeKey(secrets: SecretsManagerClient, name: string, text: string): Promise<boolean> {
  try {
    await secrets.send(
      new CreateSecretCommand({
        Name: name,
        SecretString: text,
        Description: 'App Store Connect API key of App Store Connect Jobs',
      }),
    );
    return true;
  } catch (error) {
    if (error instanceof ResourceExistsException) return false;
    throw error;
  }
}
