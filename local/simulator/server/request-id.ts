/** The headers by which Apple names a request, in the forms seen in live responses. */
export function requestIdHeaders(uuid: string): Record<string, string> {
  return {
    requestid: uuid,
    'x-apple-request-uuid': uuid,
    'x-apple-jingle-correlation-key': correlationKey(uuid),
  };
}

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** The same 16 bytes in base32 (RFC 4648, without padding): 26 characters. */
function correlationKey(uuid: string): string {
  const bits = [...Buffer.from(uuid.replaceAll('-', ''), 'hex')]
    .map((byte) => byte.toString(2).padStart(8, '0'))
    .join('');
  return (bits.match(/.{1,5}/g) ?? [])
    .map((five) => BASE32[Number.parseInt(five.padEnd(5, '0'), 2)])
    .join('');
}
