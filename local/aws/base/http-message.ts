import type { IncomingHttpHeaders } from 'node:http';

/** One request of an AWS client, read whole and understood as far as the gateway needs it. */
export type GatewayRequest = {
  /** Signing name of the service: `s3`, `dynamodb`, `sqs`, `sns`, `secretsmanager`, `events`, `lambda`. */
  service: string;
  /** The API operation, such as `PutObject`. */
  operation: string;
  /** Table, queue, topic, secret or `bucket/key`, as far as the request names one. */
  resource: string;
  /** Access key id that signed it: a function worker's name such as `FetchReport.2`, or `local`. */
  caller: string;
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
};

export type GatewayResponse = {
  status: number;
  headers: Record<string, string | string[]>;
  body: Buffer;
};

/** Answers one service's requests. */
export type Backend = (request: GatewayRequest) => Promise<GatewayResponse>;

export const jsonResponse = (status: number, value: unknown, headers: Record<string, string> = {}) => ({
  status,
  headers: { 'content-type': 'application/x-amz-json-1.1', ...headers },
  body: Buffer.from(JSON.stringify(value)),
});

export const xmlResponse = (status: number, xml: string): GatewayResponse => ({
  status,
  headers: { 'content-type': 'application/xml' },
  body: Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>\n${xml}`),
});

/** An error of a service with the Query protocol: SNS, CloudFormation. */
export const queryErrorResponse = (status: number, code: string, message: string): GatewayResponse =>
  xmlResponse(
    status,
    `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${escapeXml(message)}</Message></Error></ErrorResponse>`,
  );

/** An error as S3 writes it. */
export const s3Error = (status: number, code: string, message: string): GatewayResponse =>
  xmlResponse(status, `<Error><Code>${code}</Code><Message>${escapeXml(message)}</Message></Error>`);

export const escapeXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** The bucket and the key of a request's resource, `bucket/key`. */
export function objectOf(resource: string): { bucket: string; key: string } {
  const slash = resource.indexOf('/');
  return { bucket: resource.slice(0, slash), key: resource.slice(slash + 1) };
}
