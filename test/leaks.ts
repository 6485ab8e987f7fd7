import type { LocalCloud } from '../local/aws/index.ts';

/** Something that a run has left behind, and where. */
export type Trace = { where: string; text: string };

/** A token in compact form starts so: the base64url of `{"`. */
const TOKEN = /eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}/;

/** The lines of a key's PEM between its labels: any of them anywhere would be a leak. */
export const keyLines = (pem: string): string[] =>
  pem.split('\n').filter((line) => line !== '' && !line.startsWith('-----'));

/** What of tokens and of these secrets stands in a trace. */
export const leaksIn = ({ where, text }: Trace, secrets: readonly string[]): string[] => [
  ...(TOKEN.test(text) ? [`${where}: a token`] : []),
  ...secrets.flatMap((line) => (text.includes(line) ? [`${where}: key material`] : [])),
];

/** Every log line, and every request that was sent while bodies were recorded. */
export const tracesOf = (cloud: LocalCloud): Trace[] => [
  ...cloud.logs().map(({ functionId, line }) => ({ where: `log of ${functionId}`, text: line })),
  // Secrets Manager is where the key belongs; everything else that was sent is searched.
  ...cloud
    .requests()
    .filter(({ service }) => service !== 'secretsmanager')
    .map(({ service, operation, body }) => ({
      where: `${service} ${operation}`,
      text: body?.toString('latin1') ?? '',
    })),
];
