import { BlockList, isIP } from 'node:net';
import { SegmentError } from './segment-error.ts';

/** What is not the public internet. Source: IANA's special-purpose address registries (RFC 6890). */
const NOT_PUBLIC = new BlockList();
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 3],
] as const) {
  NOT_PUBLIC.addSubnet(network, prefix, 'ipv4');
}
for (const [network, prefix] of [
  ['::', 96],
  ['64:ff9b::', 96],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const) {
  NOT_PUBLIC.addSubnet(network, prefix, 'ipv6');
}

const LOOPBACK_HOSTS = ['127.0.0.1', '[::1]', 'localhost'];
/** Names that only mean something inside a network. */
const INTERNAL_NAMES = /(^|\.)(localhost|local|internal|home\.arpa)$/;

/**
 * Decides whether a segment may be fetched from where Apple's answer says: an answer is data, and must not be
 * able to make this function call its own network.
 *
 * Allowed is https on its usual port to a host of the public internet, without user name. Where Apple's API
 * itself is on loopback (the local run), loopback is allowed, too, and http there.
 *
 * @param baseUrl of Apple's API
 * @throws SegmentError `SEGMENT_URL_REFUSED`
 */
export function downloadableUrl(text: string, baseUrl: string): URL {
  if (!URL.canParse(text)) throw refused('it is not an absolute URL');
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') throw refused('it carries a user name');
  if (isLoopback(url) && isLoopback(new URL(baseUrl)) && ['http:', 'https:'].includes(url.protocol))
    return url;
  if (url.protocol !== 'https:') throw refused(`it is ${url.protocol.replace(':', '')}, not https`);
  if (url.port !== '') throw refused(`it names port ${url.port}`);
  if (!isPublicHost(url.hostname)) throw refused(`${url.hostname} is not a host of the public internet`);
  return url;
}

const isLoopback = ({ hostname }: URL): boolean => LOOPBACK_HOSTS.includes(hostname);

/** By the name alone: names are resolved later, by whoever connects. */
function isPublicHost(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  switch (isIP(host)) {
    case 4:
      return !NOT_PUBLIC.check(host, 'ipv4');
    case 6:
      // Also an IPv4 address written as IPv6, which BlockList compares with the IPv4 networks.
      return !NOT_PUBLIC.check(host, 'ipv6') && !host.startsWith('::ffff:');
    default:
      return host.includes('.') && !INTERNAL_NAMES.test(host);
  }
}

const refused = (why: string): SegmentError =>
  new SegmentError('SEGMENT_URL_REFUSED', `Apple's answer gives a download address that is not used: ${why}`);
