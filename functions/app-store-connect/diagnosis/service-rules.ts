import { diagnosisOf, type Rule } from './diagnosis.ts';

/** Errors that come before any server of Apple's was reached: name, route, connection, certificate. */
const NEVER_REACHED =
  /^(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|EPROTO|UND_ERR_CONNECT_TIMEOUT|.*CERT.*|UNABLE_TO_.*)$/;

const rateLimited: Rule = ({ answer, key }) =>
  answer?.status === 429
    ? diagnosisOf(
        'rate-limited',
        'certain',
        `The hourly requests of key ${key?.keyId ?? '(unknown)'} are used up. Wait; the hour rolls on by itself. Should it happen daily, give other tools a key of their own.`,
      )
    : undefined;

const appleUnavailable: Rule = ({ answer, network }) => {
  const answeredIll = answer !== undefined && answer.status >= 500;
  const brokeOff = network !== undefined && !NEVER_REACHED.test(network);
  if (!answeredIll && !brokeOff) return undefined;
  return diagnosisOf(
    'apple-unavailable',
    'likely',
    `Apple ${answeredIll ? `answered ${answer.status}` : `gave no whole answer (${network})`}. Nothing is wrong with the key; the work is tried again. Apple's state is told at developer.apple.com/system-status.`,
  );
};

const networkBlocked: Rule = ({ answer, network }) => {
  if (network !== undefined) {
    const neverReached = NEVER_REACHED.test(network);
    return diagnosisOf(
      'network-blocked',
      neverReached ? 'likely' : 'possible',
      `App Store Connect could not be reached (${network}). Look at DNS, the way out of the VPC (NAT), firewall and proxy: api.appstoreconnect.apple.com, port 443, with Apple's own certificate.`,
    );
  }
  if (answer === undefined || answer.isApples || answer.status >= 500) return undefined;
  return diagnosisOf(
    'network-blocked',
    'likely',
    `The answer ${answer.status} is not in Apple's form: some other server (a proxy, a portal) gave it. Let requests to api.appstoreconnect.apple.com pass unchanged.`,
  );
};

export const serviceRules: readonly Rule[] = [rateLimited, appleUnavailable, networkBlocked];
