import type { KeyObject } from 'node:crypto';
import type { SecretValue } from '../../platform/logging/secret-value.ts';

/** Apple's roles that a key can have. Source: "UserRole" in Apple's OpenAPI file. */
export type KeyRole = string;

/**
 * Team keys carry their issuer, a UUID; individual keys have none, and cannot read Sales and Finance.
 * The two cannot be told apart by the key itself. Source: "Creating API Keys for App Store Connect API".
 */
type KeyHolder = { kind: 'team'; issuerId: string } | { kind: 'individual' };

/** An App Store Connect API key, checked and ready to sign. */
export type ApiKey = KeyHolder & {
  /** Ten characters; the `kid` of every token. */
  keyId: string;
  /** P-256, for ES256 (RFC 7518 section 3.4). */
  privateKey: SecretValue<KeyObject>;
  role?: KeyRole;
  /** The day on which Apple made the key, `YYYY-MM-DD`, where the secret says so. */
  createdAt?: string;
  /** SHA-256 thumbprint of the public key (RFC 7638): tells keys apart without showing them. */
  thumbprint: string;
};
