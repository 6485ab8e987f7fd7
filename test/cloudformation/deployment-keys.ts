import { randomUUID } from 'node:crypto';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Simulator } from '../../local/simulator/index.ts';
import { makeKey, secretOf } from '../../local/world/world.ts';
import type { ClientConfig } from './deploy.ts';
import { VENDOR } from './journeys.ts';

/** Its reviews are kept. */
export const APP = '6448311001';

const SECRETS = { reports: 'app-store-connect/acme/reports', prices: 'app-store-connect/acme/prices' };
/** The settings of a deployment for the journeys: one team with both keys. */
export const SETTINGS = {
  teams: [
    {
      name: 'acme',
      keys: SECRETS,
      vendors: [{ number: VENDOR, reports: ['SALES/SUMMARY/DAILY'], backfillDays: 3 }],
      prices: { desired: 'enforce', watch: 'all', approvalAbovePercent: 22 },
      reviews: { apps: [APP] },
    },
  ],
};

/** Makes a key for reports and one for prices at Apple, and puts both where the settings say. */
export async function putKeys(config: ClientConfig, simulator: Simulator): Promise<void> {
  const issuerId = randomUUID();
  simulator.addTeam({ name: 'acme', issuerId, vendors: [VENDOR], apps: [APP] });
  const secrets = new SecretsManagerClient(config);
  for (const [job, role] of [
    ['reports', 'FINANCE'],
    ['prices', 'APP_MANAGER'],
  ] as const) {
    const key = makeKey(simulator, {
      team: 'acme',
      issuerId,
      keyId: job === 'reports' ? 'MOTOKEY001' : 'MOTOKEY002',
      role,
      // Finance alone reads no reviews.
      ...(job === 'reports' && { otherRoles: ['CUSTOMER_SUPPORT'] }),
    });
    await secrets.send(
      new CreateSecretCommand({ Name: SECRETS[job], SecretString: secretOf(key, Date.now(), role) }),
    );
  }
  secrets.destroy();
}
