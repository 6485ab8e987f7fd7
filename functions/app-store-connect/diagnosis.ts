import type { ApiKey } from './api-key.ts';

/** What is known when Apple refuses a request. */
export type RefusalFacts = {
  status: number;
  /** Apple's hierarchical code, such as `FORBIDDEN.REQUIRED_AGREEMENTS_MISSING_OR_EXPIRED`. */
  appleCode: string;
  detail: string;
  /** Apple's clock minus ours, by the answer's `Date`; `undefined` where it had none. */
  skewMillis?: number;
  keyKind: ApiKey['kind'];
  keyId: string;
};

export type Diagnosis = {
  cause:
    | 'clock-off'
    | 'agreement-unsigned'
    | 'key-revoked'
    | 'key-material-wrong'
    | 'individual-key'
    | 'role-too-narrow'
    | 'key-or-issuer-wrong'
    | 'not-a-key-fault';
  confidence: 'certain' | 'likely' | 'possible';
  /** What to do next, in one or two sentences. */
  fix: string;
};

/** Tokens are backdated by a minute and Apple may allow little ahead; beyond this the clock is the suspect. */
const SKEW_SUSPECT_MILLIS = 50_000;

/**
 * Says why Apple refused a key, from facts alone. Pure.
 *
 * Sources: "Generating Tokens for API Requests" (401), "Parsing the Error Response Code"; the agreement codes
 * are reported from live calls, not documented.
 */
export function diagnose(facts: RefusalFacts): Diagnosis {
  if (facts.status === 401) return diagnoseUnauthorized(facts);
  if (facts.status === 403) return diagnoseForbidden(facts);
  return {
    cause: 'not-a-key-fault',
    confidence: 'certain',
    fix: 'The key was accepted; look at the request.',
  };
}

function diagnoseUnauthorized({ appleCode, skewMillis = 0, keyId, keyKind }: RefusalFacts): Diagnosis {
  if (Math.abs(skewMillis) > SKEW_SUSPECT_MILLIS) {
    const seconds = Math.round(Math.abs(skewMillis) / 1000);
    return {
      cause: 'clock-off',
      confidence: 'likely',
      fix: `This machine's clock is ${seconds} s ${skewMillis < 0 ? 'ahead of' : 'behind'} Apple's. Correct the clock; do not make a new key.`,
    };
  }
  if (appleCode.startsWith('NOT_FOUND')) {
    return {
      cause: 'key-revoked',
      confidence: 'likely',
      fix: `Apple does not know key ${keyId}: it was revoked or never activated. Make a new key in Users and Access, Integrations, and store it.`,
    };
  }
  if (appleCode.startsWith('INVALID_TOKEN')) {
    return {
      cause: 'key-material-wrong',
      confidence: 'likely',
      fix: `The private key in the secret does not belong to key ID ${keyId}. Store the .p8 file whose name holds that ID.`,
    };
  }
  return {
    cause: 'key-or-issuer-wrong',
    confidence: 'possible',
    fix: `Compare the secret with App Store Connect: key ID ${keyId} is listed and active, the issuer ID is the one above the list, the .p8 is that key's own, and it really is ${keyKind === 'team' ? 'a team' : 'an individual'} key.`,
  };
}

function diagnoseForbidden({ appleCode, detail, keyKind, keyId }: RefusalFacts): Diagnosis {
  if (appleCode.includes('REQUIRED_AGREEMENTS') || /agreement/i.test(detail)) {
    return {
      cause: 'agreement-unsigned',
      confidence: 'certain',
      fix: 'An agreement is unsigned or expired. Only the Account Holder can sign it, in App Store Connect under Business. The key is good: do not rotate it.',
    };
  }
  if (keyKind === 'individual') {
    return {
      cause: 'individual-key',
      confidence: 'likely',
      fix: `Key ${keyId} is an individual key, and those cannot read Sales and Finance. Make a team key with the role Finance.`,
    };
  }
  return {
    cause: 'role-too-narrow',
    confidence: 'likely',
    fix: `The role of key ${keyId} does not allow this. Reports need Finance (or Sales), prices need Admin or App Manager. A key's role cannot be changed: make a new key.`,
  };
}
