import { DAY_MILLIS, utcDay } from '../../platform/util/time.ts';
import { type Diagnosis, diagnosisOf, type Rule } from './diagnosis.ts';
import type { AcceptedFacts, DiagnosisFacts, KeyFacts } from './facts.ts';

type Refused = DiagnosisFacts & { key: KeyFacts };

/** Rules for a 401 in Apple's own words, under a code that begins like this. */
const onUnauthorized =
  (code: RegExp, rule: (facts: Refused) => Diagnosis | readonly Diagnosis[] | undefined): Rule =>
  (facts) => {
    const { response, key } = facts;
    if (response?.status !== 401 || !response.isApples || key === undefined) return undefined;
    return code.test(response.appleCode) ? rule({ ...facts, key }) : undefined;
  };

/** Apple does not know the key ID. */
const NOT_KNOWN = /^NOT_FOUND/;
/** Apple says nothing about why. Also written `UNAUTHORIZED`. */
const NOT_AUTHORIZED = /^(NOT_AUTHORIZED|UNAUTHORIZED)/;
const REFUSED = /^(NOT_FOUND|NOT_AUTHORIZED|UNAUTHORIZED)/;

const MAKE_A_NEW_ONE =
  'Make a new key in Users and Access, Integrations, and rotate to it (asc-jobs keys rotate).';
/** A key that was made this many days ago at most is more likely set up wrongly than revoked. */
const YOUNG_DAYS = 2;

const isYoung = ({ key, now }: Refused): boolean =>
  key.createdAt !== undefined &&
  now !== undefined &&
  now - Date.parse(key.createdAt) < (YOUNG_DAYS + 1) * DAY_MILLIS;

const kindName = (kind: AcceptedFacts['kind']): string =>
  kind === 'team' ? 'a team key' : 'an individual key';

const thumbprintText = ({ thumbprint }: KeyFacts): string =>
  `The private key in the secret has the thumbprint ${thumbprint} (RFC 7638).`;

/**
 * What the history of the secret proves. Apple gives each key ID one private key for good, so another private key
 * under an accepted key ID, or an accepted private key under another key ID, is a mistake in the secret.
 */
const mixedUp = onUnauthorized(REFUSED, ({ response, key }) => {
  const { lastAccepted } = key;
  if (lastAccepted === undefined) return undefined;
  const day = utcDay(lastAccepted.acceptedAt);
  const isUnknown = NOT_KNOWN.test(response?.appleCode ?? '');
  // A key ID that Apple does not know any more is at fault whatever the private key.
  if (!isUnknown && lastAccepted.keyId === key.keyId && lastAccepted.thumbprint !== key.thumbprint) {
    return diagnosisOf(
      'key-and-id-differ',
      'certain',
      `The secret was edited: Apple accepted key ${key.keyId} on ${day} with another private key (thumbprint ${lastAccepted.thumbprint}). ${thumbprintText(key)} Store AuthKey_${key.keyId}.p8 again, or put the key ID to which this private key belongs.`,
    );
  }
  if (lastAccepted.thumbprint === key.thumbprint && lastAccepted.keyId !== key.keyId) {
    return diagnosisOf(
      'key-and-id-differ',
      'certain',
      `The secret was edited: Apple accepted this private key on ${day} under the key ID ${lastAccepted.keyId}; the secret now says ${key.keyId}. Correct keyId in the secret.`,
    );
  }
  return undefined;
});

/** Whether the history is of the same key ID and private key. */
const isSameKey = (accepted: AcceptedFacts | undefined, key: KeyFacts): accepted is AcceptedFacts =>
  accepted?.keyId === key.keyId && accepted.thumbprint === key.thumbprint;

/** The same key, which Apple accepted with another kind or issuer: the secret was edited since. */
const edited = onUnauthorized(REFUSED, ({ key, tried }) => {
  const { lastAccepted } = key;
  if (!isSameKey(lastAccepted, key)) return undefined;
  const day = utcDay(lastAccepted.acceptedAt);
  if (lastAccepted.kind !== key.kind) {
    if (tried?.asOtherKind === 'refused') return undefined;
    return diagnosisOf(
      'wrong-key-kind',
      tried?.asOtherKind === 'accepted' ? 'certain' : 'likely',
      `The secret was edited: Apple accepted key ${key.keyId} on ${day} as ${kindName(lastAccepted.kind)}; the secret now says "kind": "${key.kind}". Set "kind": "${lastAccepted.kind}"${lastAccepted.issuerId === undefined ? ' and leave the issuer ID out' : ` and "issuerId": "${lastAccepted.issuerId}"`}.`,
    );
  }
  if (lastAccepted.issuerId === key.issuerId || tried?.otherIssuer?.outcome === 'refused') return undefined;
  return diagnosisOf(
    'issuer-of-another-team',
    tried?.otherIssuer?.outcome === 'accepted' ? 'certain' : 'likely',
    `The secret was edited: Apple accepted key ${key.keyId} on ${day} with the issuer ID ${lastAccepted.issuerId}; the secret now says ${key.issuerId}. Put the former issuer ID back.`,
  );
});

/** Apple accepted this very key, used in this very way, and refuses it now. */
const revokedByHistory = onUnauthorized(REFUSED, ({ response, key, tried }) => {
  const { lastAccepted } = key;
  if (!isSameKey(lastAccepted, key)) return undefined;
  const isUnknown = NOT_KNOWN.test(response?.appleCode ?? '');
  const isEdited = lastAccepted.kind !== key.kind || lastAccepted.issuerId !== key.issuerId;
  // Refused as it was accepted, too: then the edit is not the reason.
  const isTried = tried?.otherIssuer?.outcome === 'refused' || tried?.asOtherKind === 'refused';
  const confidence = isEdited && !(isUnknown && isTried) ? 'possible' : isUnknown ? 'certain' : 'likely';
  const conclusion = { certain: 'it was', likely: 'most likely it was', possible: 'it may have been' }[
    confidence
  ];
  return diagnosisOf(
    'key-revoked',
    confidence,
    `Apple accepted key ${key.keyId} on ${utcDay(lastAccepted.acceptedAt)} and refuses it now: ${conclusion} revoked. ${MAKE_A_NEW_ONE}`,
  );
});

/** Apple does not know the key ID, and nobody has seen it accepted. */
const unknownKeyId = onUnauthorized(NOT_KNOWN, ({ key }) => {
  if (isSameKey(key.lastAccepted, key)) return undefined;
  return [
    diagnosisOf(
      'key-revoked',
      'likely',
      `Apple does not know key ${key.keyId}: it was revoked or never activated, or the key ID is mistyped. ${MAKE_A_NEW_ONE}`,
    ),
    diagnosisOf(
      'key-never-activated',
      'possible',
      `Apple has not accepted key ${key.keyId} yet. If it was made minutes ago, wait a little; else look whether Users and Access, Integrations lists exactly this key ID as active.`,
    ),
  ];
});

/** Nothing is known of this key but Apple's refusal, which gives no reason. */
const withoutHistory = onUnauthorized(NOT_AUTHORIZED, (facts) => {
  const { key } = facts;
  const { lastAccepted } = key;
  if (isSameKey(lastAccepted, key)) return undefined;
  const setUp = [pairOf(facts), issuerOf(facts), kindOf(facts)].flatMap((found) => found ?? []);
  const revoked = diagnosisOf(
    'key-revoked',
    'possible',
    `Key ${key.keyId} may be revoked, or not active yet: look whether Users and Access, Integrations lists it as active. If it does not: ${MAKE_A_NEW_ONE}`,
  );
  return isYoung(facts) ? [...setUp, revoked] : [revoked, ...setUp];
});

/** Whether private key and key ID belong together. */
function pairOf({ key, otherKeys = [] }: Refused): Diagnosis {
  const twin = otherKeys.find(
    ({ thumbprint, keyId }) => thumbprint === key.thumbprint && keyId !== key.keyId,
  );
  if (twin !== undefined) {
    return diagnosisOf(
      'key-and-id-differ',
      twin.accepted === true ? 'certain' : 'likely',
      `Key ID and private key are of different files: the secret ${twin.secretName} holds the same private key under key ID ${twin.keyId}. ${thumbprintText(key)} Store AuthKey_${key.keyId}.p8, the file whose name holds the key ID.`,
    );
  }
  const namesake = otherKeys.find(
    ({ thumbprint, keyId, accepted }) =>
      keyId === key.keyId && thumbprint !== key.thumbprint && accepted === true,
  );
  if (namesake !== undefined) {
    return diagnosisOf(
      'key-and-id-differ',
      'certain',
      `Key ID and private key are of different files: Apple accepts key ID ${key.keyId} with the private key in the secret ${namesake.secretName} (thumbprint ${namesake.thumbprint}). ${thumbprintText(key)} Store AuthKey_${key.keyId}.p8.`,
    );
  }
  return diagnosisOf(
    'key-and-id-differ',
    'possible',
    `The private key may not be that of key ID ${key.keyId}. ${thumbprintText(key)} Compare it with that of AuthKey_${key.keyId}.p8 (asc-jobs keys thumbprint FILE) and store that file.`,
  );
}

const otherIssuerText = (
  { keyId, issuerId: own }: KeyFacts,
  { issuerId, team }: NonNullable<NonNullable<DiagnosisFacts['tried']>['otherIssuer']>,
): string =>
  team === undefined
    ? `Apple accepts key ${keyId} with the issuer ID ${issuerId}, not with ${own}. Correct issuerId in the secret.`
    : `Key ${keyId} is a key of team ${team}: Apple accepts it with that team's issuer ID ${issuerId}, not with ${own}. Make a key of this team.`;

/** Whether the issuer is the team's. `undefined` where another key of the team proves it. */
function issuerOf({ key, otherKeys = [], tried }: Refused): Diagnosis | undefined {
  if (key.kind !== 'team') return undefined;
  if (tried?.otherIssuer?.outcome === 'accepted') {
    return diagnosisOf('issuer-of-another-team', 'certain', otherIssuerText(key, tried.otherIssuer));
  }
  const proven = otherKeys.flatMap(({ accepted, sameTeam, issuerId, secretName }) =>
    accepted === true && sameTeam && issuerId !== undefined ? [{ issuerId, secretName }] : [],
  );
  const former = key.lastAccepted?.issuerId;
  if (proven.some(({ issuerId }) => issuerId === key.issuerId) || former === key.issuerId) return undefined;
  const [other] = proven;
  const evidence =
    other !== undefined
      ? `The team's key in ${other.secretName} works with the issuer ID ${other.issuerId}; this secret says ${key.issuerId}.`
      : former !== undefined
        ? `The key before, ${key.lastAccepted?.keyId}, worked with the issuer ID ${former}; the secret now says ${key.issuerId}.`
        : undefined;
  return diagnosisOf(
    'issuer-of-another-team',
    evidence === undefined ? 'possible' : 'likely',
    `${evidence ?? `The issuer ID ${key.issuerId} may be that of another team.`} A team has one issuer ID; it stands above the list of keys in Users and Access, Integrations.`,
  );
}

/** Whether the key is of the kind that the secret says. `undefined` where it was tried otherwise and refused. */
function kindOf({ key, tried }: Refused): Diagnosis | undefined {
  if (tried?.asOtherKind === 'refused') return undefined;
  const proven = tried?.asOtherKind === 'accepted';
  const other = key.kind === 'team' ? 'individual' : 'team';
  return diagnosisOf(
    'wrong-key-kind',
    proven ? 'certain' : 'possible',
    `Key ${key.keyId} ${proven ? 'is' : 'may be'} ${kindName(other)}, but the secret says "kind": "${key.kind}". ${other === 'team' ? 'Set "kind": "team" and add the issuer ID.' : 'Set "kind": "individual" and leave the issuer ID out. An individual key cannot read Sales and Finance: reports need a team key.'}`,
  );
}

const tokenMalformed = onUnauthorized(/^INVALID_TOKEN/, ({ key }) =>
  diagnosisOf(
    'token-malformed',
    'likely',
    `Apple could not read the token that key ${key.keyId} signed: wrong algorithm or header. Store the .p8 file as Apple gave it; if it is, this is a bug worth reporting.`,
  ),
);

export const keyRules: readonly Rule[] = [
  mixedUp,
  edited,
  revokedByHistory,
  unknownKeyId,
  withoutHistory,
  tokenMalformed,
];
