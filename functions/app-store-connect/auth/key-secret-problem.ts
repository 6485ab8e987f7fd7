import type { Problem } from '../../platform/errors.ts';

/** What can be wrong with a secret, by name. */
export type KeySecretProblem = Problem & {
  name:
    | 'not-json'
    | 'not-an-object'
    | 'field-missing'
    | 'key-id-malformed'
    | 'issuer-malformed'
    | 'kind-unknown'
    | 'created-at-malformed'
    | 'field-malformed'
    | 'private-key-empty'
    | 'private-key-not-pem'
    | 'private-key-encrypted'
    | 'public-key'
    | 'certificate'
    | 'rsa-key'
    | 'wrong-curve'
    | 'wrong-key-type'
    | 'private-key-damaged';
};
