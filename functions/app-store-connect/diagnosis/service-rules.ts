import { diagnosisOf, type Rule } from './diagnosis.ts';

const HOST = 'api.appstoreconnect.apple.com';

/** Errors that come before any server of Apple's was reached, by what stands in the way. Codes of Node.js and undici. */
const OBSTACLES: readonly { codes: RegExp; text: string }[] = [
  {
    codes: /^(ENOTFOUND|EAI_AGAIN|EAI_FAIL)$/,
    text: `The name ${HOST} could not be resolved: there is no network, or DNS does not answer for it. Look at the network, at DNS, and in a VPC at the way out (NAT).`,
  },
  {
    codes: /^(.*CERT.*|UNABLE_TO_.*|ERR_TLS_.*)$/,
    text: `Some server showed a certificate that is not valid for ${HOST}: probably a proxy that opens TLS. Let ${HOST} pass unopened, or give the proxy's root certificate in NODE_EXTRA_CA_CERTS. A clock that is wrong by months looks the same.`,
  },
  {
    codes: /^(EPROTO|ERR_SSL_.*)$/,
    text: `Whatever answered on port 443 of ${HOST} does not speak TLS: probably a proxy or a portal. Look at HTTPS_PROXY and at the firewall.`,
  },
  {
    codes: /^REDIRECTED$/,
    text: `The request was sent on to another address, which Apple does not do: probably a sign-in portal of the network. The token was not sent there. Sign in to the network, or let ${HOST} pass.`,
  },
  {
    codes: /^(ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|ENETDOWN|EADDRNOTAVAIL|UND_ERR_CONNECT_TIMEOUT)$/,
    text: `There is no connection to ${HOST}, port 443: no network, or a firewall or proxy does not let it pass. In a VPC look at the way out (NAT, security group).`,
  },
];

const obstacleOf = (network: string): string | undefined =>
  OBSTACLES.find(({ codes }) => codes.test(network))?.text;

/** What a person must not conclude from a failure of the network or of Apple's servers. */
const NOT_PROVED = 'This says nothing about the key.';

const rateLimited: Rule = ({ response, key }) =>
  response?.status === 429
    ? diagnosisOf(
        'rate-limited',
        'certain',
        `The requests of key ${key?.keyId ?? '(unknown)'} for this hour or minute are used up; they come back by themselves. ${NOT_PROVED} Should it happen daily, give other tools a key of their own.`,
      )
    : undefined;

const appleUnavailable: Rule = ({ response, network }) => {
  const serverError = response !== undefined && response.status >= 500;
  const brokeOff = network !== undefined && obstacleOf(network) === undefined;
  if (!serverError && !brokeOff) return undefined;
  const what = !serverError
    ? `Apple gave no whole response (${network})`
    : response.isApples
      ? `Apple answered ${response.status}`
      : `The response was ${response.status}, not in Apple's form: Apple's front-end servers failed, or a proxy on the way did`;
  return diagnosisOf(
    'apple-unavailable',
    'likely',
    `${what}. ${NOT_PROVED} The work is tried again. Apple's state is told at developer.apple.com/system-status.`,
  );
};

const networkBlocked: Rule = ({ response, network }) => {
  if (network !== undefined) {
    const obstacle = obstacleOf(network);
    return diagnosisOf(
      'network-blocked',
      obstacle === undefined ? 'possible' : 'likely',
      obstacle === undefined
        ? `Something on the way broke the connection (${network}): look at firewall and proxy for ${HOST}, port 443.`
        : `${obstacle} ${NOT_PROVED} (${network})`,
    );
  }
  if (response === undefined || response.isApples || response.status >= 500) return undefined;
  return diagnosisOf(
    'network-blocked',
    'likely',
    `The response ${response.status} is not in Apple's form: some other server (a proxy, a sign-in portal) gave it. ${NOT_PROVED} Let requests to ${HOST} pass unchanged.`,
  );
};

export const serviceRules: readonly Rule[] = [rateLimited, appleUnavailable, networkBlocked];
