import { generateKeyPairSync } from 'node:crypto';
import type { Role, Simulator } from '../index.ts';

/** What Apple's page does: makes a key of a team with one or several roles, and gives its private half once, as PEM. */
export function addSampleKey(
  simulator: Pick<Simulator, 'addKey'>,
  {
    team,
    keyId,
    role,
    otherRoles = [],
  }: { team: string; keyId: string; role: Role; otherRoles?: readonly Role[] },
): string {
  const { publicKey, privateKey } = makeKeyPair();
  simulator.addKey({ team, keyId, kind: 'team', roles: [role, ...otherRoles], publicKey });
  return privateKey;
}

/** A key pair of the kind that Apple issues, as PEM: the private half has the form of a .p8 file. */
export const makeKeyPair = (): { publicKey: string; privateKey: string } =>
  generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
