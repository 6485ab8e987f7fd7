import type { Answer } from './answer.ts';
import { Refusal, refusalAnswer } from './apple-error.ts';
import type { FaultEffect } from './faults.ts';

/** The answer that a fault gives instead of the resource; `undefined` if the resource shall answer. */
export function answerInstead(effect: FaultEffect): Answer | undefined {
  switch (effect.kind) {
    case 'status':
      return errorAnswer(effect);
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
      return { ...refusalAnswer(new Refusal({ status: 500, code, title, detail })), status: 200 };
    }
    case 'rateLimited':
      return refusalAnswer(rateLimitRefusal(effect.retryAfterSeconds));
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

const errorAnswer = ({
  status,
  code = 'UNEXPECTED_ERROR',
  title = 'An unexpected error occurred.',
  detail = 'An unexpected error occurred on the server side.',
  headers = {},
}: ErrorText): Answer => refusalAnswer(new Refusal({ status, code, title, detail, headers }));

/** The answer as it looks after a fault that damages it. */
export function damagedAnswer(answer: Answer, effect: FaultEffect): Answer {
  if (effect.kind === 'statusAfter') return errorAnswer(effect);
  if (effect.kind === 'delayedEffect' && effect.answer === 'status500') return errorAnswer({ status: 500 });
  if (effect.kind === 'truncateGzip') {
    return { ...answer, body: answer.body.subarray(0, Math.floor(answer.body.byteLength / 2)) };
  }
  if (effect.kind === 'wrongContentType') {
    const contentType = effect.contentType ?? 'text/plain';
    return { ...answer, headers: { ...answer.headers, 'content-type': contentType } };
  }
  return answer;
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
