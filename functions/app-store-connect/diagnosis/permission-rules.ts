import { diagnosisOf, type Rule } from './diagnosis.ts';
import { mayNotReadReports, neededRoles, suffices } from './roles.ts';

/** Reported from live calls, not documented; older accounts are told by the detail only. */
const AGREEMENT_CODE = /REQUIRED_AGREEMENTS_MISSING_OR_EXPIRED/;
const AGREEMENT_DETAIL = /\bagreement/i;

const agreementUnsigned: Rule = ({ response }) => {
  if (response?.status !== 403 || !response.isApples) return undefined;
  const byCode = AGREEMENT_CODE.test(response.appleCode);
  if (!byCode && !AGREEMENT_DETAIL.test(response.detail)) return undefined;
  return diagnosisOf(
    'agreement-unsigned',
    'certain',
    'An agreement with Apple is unsigned or has expired, and until it is signed every call fails. Only the Account Holder can sign it, at appstoreconnect.apple.com under Business; it takes effect within minutes. The key is good: do not rotate it.',
  );
};

const isOtherRefusal: (facts: Parameters<Rule>[0]) => boolean = ({ response }) =>
  response?.status === 403 &&
  response.isApples &&
  !AGREEMENT_CODE.test(response.appleCode) &&
  !AGREEMENT_DETAIL.test(response.detail);

const individualKey: Rule = (facts) => {
  const { key, path = '' } = facts;
  if (!isOtherRefusal(facts) || key?.kind !== 'individual' || !mayNotReadReports(path)) return undefined;
  return diagnosisOf(
    'individual-key',
    'certain',
    `Key ${key.keyId} is an individual key, and those cannot read Sales and Finance whatever their role. Make a team key with the role Finance.`,
  );
};

const roleTooNarrow: Rule = (facts) => {
  if (!isOtherRefusal(facts)) return undefined;
  const { key, path = '', method } = facts;
  const needed = neededRoles(path, method);
  const stated = key?.role === undefined ? '' : ` The secret says its role is ${key.role}.`;
  const contradicts = key?.role !== undefined && suffices(key.role, path, method);
  return diagnosisOf(
    'role-too-narrow',
    contradicts ? 'possible' : 'likely',
    `The role of key ${key?.keyId ?? '(unknown)'} ${contradicts ? 'may not' : 'does not'} allow ${path === '' ? 'this' : path}.${stated} ${needed.sentence} A key's role cannot be changed: make a new key and rotate to it.`,
  );
};

export const permissionRules: readonly Rule[] = [agreementUnsigned, individualKey, roleTooNarrow];
