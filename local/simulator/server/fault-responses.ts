import { errorResponse, Refusal } from '../rules/apple-error.ts';
import type { RouteResponse } from '../rules/response.ts';
import type { FaultEffect } from './faults.ts';

/** The response that a fault gives instead of the resource; `undefined` if the resource should answer. */
export function replacementResponse(effect: FaultEffect): RouteResponse | undefined {
  switch (effect.kind) {
    case 'status':
      return statusResponse(effect);
    case 'html':
      return {
        status: effect.status ?? 200,
        headers: { 'content-type': 'text/html;charset=UTF-8' },
        body: Buffer.from(effect.html ?? '<html><body><h1>We&rsquo;ll be back soon.</h1></body></html>'),
      };
    case 'jsonError200': {
      const { code = 'UNEXPECTED_ERROR', detail = 'An unexpected error occurred on the server side.' } =
        effect;
      const title = 'An unexpected error occurred.';
      return { ...errorResponse(new Refusal({ status: 500, code, title, detail })), status: 200 };
    }
    case 'rateLimited':
      return errorResponse(rateLimitRefusal(effect.retryAfterSeconds));
    default:
      return undefined;
  }
}

type ErrorText = {
  status: number;
  code?: string;
  title?: string;
  detail?: string;
  headers?: Record<string, string>;
};

const statusResponse = ({
  status,
  code = 'UNEXPECTED_ERROR',
  title = 'An unexpected error occurred.',
  detail = 'An unexpected error occurred on the server side.',
  headers = {},
}: ErrorText): RouteResponse => errorResponse(new Refusal({ status, code, title, detail, headers }));

/** The response as it looks after a fault that damages it. */
export function damagedResponse(response: RouteResponse, effect: FaultEffect): RouteResponse {
  if (effect.kind === 'statusAfter') return statusResponse(effect);
  if (effect.kind === 'delayedEffect' && effect.answer === 'status500')
    return statusResponse({ status: 500 });
  if (effect.kind === 'truncateGzip') {
    return { ...response, body: response.body.subarray(0, Math.floor(response.body.byteLength / 2)) };
  }
  if (effect.kind === 'wrongContentType') {
    const contentType = effect.contentType ?? 'text/plain';
    return { ...response, headers: { ...response.headers, 'content-type': contentType } };
  }
  return response;
}

/** 429 `RATE_LIMIT_EXCEEDED` (page "Identifying Rate Limits"). */
export function rateLimitRefusal(retryAfterSeconds?: number): Refusal {
  return new Refusal({
    status: 429,
    code: 'RATE_LIMIT_EXCEEDED',
    title: 'The request rate limit has been reached.',
    detail:
      "We've received too many requests for this API. Please wait and try again or slow down your request rate.",
    reason: 'rate-limit',
    ...(retryAfterSeconds === undefined ? {} : { headers: { 'retry-after': String(retryAfterSeconds) } }),
  });
}
