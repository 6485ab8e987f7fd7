import { diagnosisOf, type Rule } from './diagnosis.ts';

/** Errors that come before any server of Apple's was reached: name, route, connection, certificate. */
const NEVER_REACHED =
  /^(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|EPROTO|UND_ERR_CONNECT_TIMEOUT|.*CERT.*|UNABLE_TO_.*)$/;

const rateLimited: Rule = ({ response, key }) =>
  response?.status === 429
    ? diagnosisOf(
        'rate-limited',
        'certain',
        `The requests of key ${key?.keyId ?? '(unknown)'} for this hour or minute are used up; they come back by themselves. Should it happen daily, give other tools a key of their own.`,
      )
    : undefined;

const appleUnavailable: Rule = ({ response, network }) => {
  const answeredIll = response !== undefined && response.status >= 500;
  const brokeOff = network !== undefined && !NEVER_REACHED.test(network);
  if (!answeredIll && !brokeOff) return undefined;
  return diagnosisOf(
    'apple-unavailable',
    'likely',
    `Apple ${answeredIll ? `answered ${response.status}` : `gave no whole response (${network})`}. Nothing is wrong with the key; the work is tried again. Apple's state is told at developer.apple.com/system-status.`,
  );
};

const networkBlocked: Rule = ({ response, network }) => {
  if (network !== undefined) {
    const neverReached = NEVER_REACHED.test(network);
    return diagnosisOf(
      'network-blocked',
      neverReached ? 'likely' : 'possible',
      `App Store Connect could not be reached (${network}). Look at DNS, the way out of the VPC (NAT), firewall and proxy: api.appstoreconnect.apple.com, port 443, with Apple's own certificate.`,
    );
  }
  if (response === undefined || response.isApples || response.status >= 500) return undefined;
  return diagnosisOf(
    'network-blocked',
    'likely',
    `The response ${response.status} is not in Apple's form: some other server (a proxy, a portal) gave it. Let requests to api.appstoreconnect.apple.com pass unchanged.`,
  );
};

export const serviceRules: readonly Rule[] = [rateLimited, appleUnavailable, networkBlocked];
