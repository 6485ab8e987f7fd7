import inject, { type DispatchFunc } from 'light-my-request';
import type { Backend } from '../base/http-message.ts';

/** Lets a server's own listener answer, without a connection, which would take most of the time of a call. */
export const answeredBy =
  (dispatch: DispatchFunc): Backend =>
  async ({ method, path, headers, body }) => {
    const { connection, 'transfer-encoding': encoding, expect, ...passed } = headers;
    const {
      statusCode,
      headers: answered,
      rawPayload,
    } = await inject(dispatch, {
      method,
      url: path,
      headers: { ...passed, 'content-length': String(body.length) },
      payload: body,
    });
    return { status: statusCode, headers: keptHeaders(answered, method), body: rawPayload };
  };

/** Headers of a connection, which the gateway has of its own. A HEAD answer keeps its length: it has no body to count. */
function keptHeaders(
  headers: Readonly<Record<string, string | string[] | number | undefined>>,
  method: string,
): Record<string, string | string[]> {
  const own = [
    'connection',
    'keep-alive',
    'transfer-encoding',
    ...(method === 'HEAD' ? [] : ['content-length']),
  ];
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined || own.includes(name) ? [] : [[name, Array.isArray(value) ? value : String(value)]],
    ),
  );
}
