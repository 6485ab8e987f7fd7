import { diagnosisOf, type Rule } from './diagnosis.ts';
import type { DiagnosisFacts, KeyFacts } from './facts.ts';

type Refused = DiagnosisFacts & { key: KeyFacts };

/** Rules for a 401 in Apple's own words, under a code that begins like this. */
const onUnauthorized =
  (code: RegExp, rule: (facts: Refused) => ReturnType<Rule>): Rule =>
  (facts) => {
    const { answer, key } = facts;
    if (answer?.status !== 401 || !answer.isApples || key === undefined) return undefined;
    return code.test(answer.appleCode) ? rule({ ...facts, key }) : undefined;
  };

const NOT_KNOWN = /^NOT_FOUND/;
/** Also written `UNAUTHORIZED`. */
const NOT_AUTHORIZED = /^(NOT_AUTHORIZED|UNAUTHORIZED)/;

const MAKE_A_NEW_ONE =
  'Make a new key in Users and Access, Integrations, and rotate to it (asc-jobs keys rotate).';

const revoked = onUnauthorized(/^(NOT_FOUND|NOT_AUTHORIZED|UNAUTHORIZED)/, ({ answer, key }) => {
  const byCode = NOT_KNOWN.test(answer?.appleCode ?? '');
  if (key.lastAcceptedAt !== undefined) {
    const when = new Date(key.lastAcceptedAt).toISOString().slice(0, 10);
    return diagnosisOf(
      'key-revoked',
      byCode ? 'certain' : 'likely',
      `Apple accepted key ${key.keyId} on ${when} and refuses it now: it was revoked. ${MAKE_A_NEW_ONE}`,
    );
  }
  return diagnosisOf(
    'key-revoked',
    byCode ? 'likely' : 'possible',
    `Apple does not know key ${key.keyId} (any more): it was revoked or never activated. ${MAKE_A_NEW_ONE}`,
  );
});

const neverActivated = onUnauthorized(NOT_KNOWN, ({ key }) =>
  key.lastAcceptedAt !== undefined
    ? undefined
    : diagnosisOf(
        'key-never-activated',
        'possible',
        `Apple has not accepted key ${key.keyId} yet. If it was made minutes ago, wait a little; else look whether Users and Access, Integrations lists exactly this key ID as active.`,
      ),
);

const keyAndIdDiffer = onUnauthorized(NOT_AUTHORIZED, ({ key, otherKeys = [] }) => {
  if (key.lastAcceptedAt !== undefined) return undefined;
  const twin = otherKeys.find(
    ({ thumbprint, keyId }) => thumbprint === key.thumbprint && keyId !== key.keyId,
  );
  const issuerProven = otherKeys.some(
    ({ accepted, sameTeam, issuerId }) => accepted === true && sameTeam && issuerId === key.issuerId,
  );
  const shown = `The private key's public part has the thumbprint ${key.thumbprint} (RFC 7638).`;
  if (twin !== undefined) {
    return diagnosisOf(
      'key-and-id-differ',
      twin.accepted === true ? 'certain' : 'likely',
      `Key ID and private key are of different files: the secret ${twin.secretName} holds the same private key under key ID ${twin.keyId}. ${shown} Store AuthKey_${key.keyId}.p8, the file whose name holds the key ID.`,
    );
  }
  return diagnosisOf(
    'key-and-id-differ',
    issuerProven ? 'likely' : 'possible',
    `The private key may not be that of key ID ${key.keyId}. ${shown} Compare it with that of AuthKey_${key.keyId}.p8 (asc-jobs keys thumbprint FILE) and store that file.`,
  );
});

const issuerOfAnotherTeam = onUnauthorized(NOT_AUTHORIZED, ({ key, otherKeys = [], tried }) => {
  if (key.kind !== 'team' || key.lastAcceptedAt !== undefined) return undefined;
  if (tried?.otherIssuer?.outcome === 'accepted') {
    return diagnosisOf(
      'issuer-of-another-team',
      'certain',
      `Apple accepts key ${key.keyId} with the issuer ID ${tried.otherIssuer.issuerId}, not with ${key.issuerId}. Correct issuerId in the secret.`,
    );
  }
  const good = otherKeys.filter(({ accepted, sameTeam }) => accepted === true && sameTeam);
  if (good.some(({ issuerId }) => issuerId === key.issuerId)) return undefined;
  const [other] = good;
  return diagnosisOf(
    'issuer-of-another-team',
    other === undefined ? 'possible' : 'likely',
    `${other === undefined ? `The issuer ID ${key.issuerId} may be that of another team.` : `The team's key in ${other.secretName} works with the issuer ID ${other.issuerId}; this secret says ${key.issuerId}.`} A team has one issuer ID; it stands above the list of keys in Users and Access, Integrations.`,
  );
});

const wrongKind = onUnauthorized(NOT_AUTHORIZED, ({ key, tried }) => {
  if (key.lastAcceptedAt !== undefined || tried?.asOtherKind === 'refused') return undefined;
  const proven = tried?.asOtherKind === 'accepted';
  const other = key.kind === 'team' ? 'individual' : 'team';
  return diagnosisOf(
    'wrong-key-kind',
    proven ? 'certain' : 'possible',
    `Key ${key.keyId} ${proven ? 'is' : 'may be'} ${other === 'team' ? 'a team' : 'an individual'} key, but the secret says "kind": "${key.kind}". ${other === 'team' ? 'Set "kind": "team" and add the issuer ID.' : 'Set "kind": "individual" and leave the issuer ID out. An individual key cannot read Sales and Finance: reports need a team key.'}`,
  );
});

const tokenMalformed = onUnauthorized(/^INVALID_TOKEN/, ({ key }) =>
  diagnosisOf(
    'token-malformed',
    'likely',
    `Apple could not read the token that key ${key.keyId} signed: wrong algorithm or header. Store the .p8 file as Apple gave it; if it is, this is a bug worth reporting.`,
  ),
);

export const keyRules: readonly Rule[] = [
  keyAndIdDiffer,
  issuerOfAnotherTeam,
  wrongKind,
  revoked,
  neverActivated,
  tokenMalformed,
];
