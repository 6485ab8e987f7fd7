import { SignJWT } from 'jose';
import * as z from 'zod';
import type { ApiKey } from '../../../../functions/app-store-connect/diagnosis/api-key.ts';
import type { Clock } from '../../../../functions/platform/util/clock.ts';

/** One harmless read. */
export type Question = {
  path: string;
  query?: Readonly<Record<string, string>>;
  accept?: string;
  /** `iat`, in seconds from now; `'absent'`: none. Default: a minute ago. */
  issuedAt?: number | 'absent';
  /** The scope of the token. Default: exactly this request. */
  scope?: readonly string[];
};

/** An answer, as far as it may be told to others. */
export type Seen = {
  status: number;
  /** Apple's own code, such as `PARAMETER_ERROR.INVALID`. */
  code?: string;
  /** Which of Apple's known sentences it was. */
  words?: 'no-sales' | 'not-available' | 'invalid-vendor' | 'latest-version' | 'no-longer-available';
  headers: Headers;
  /** The JSON of a small answer. Never passed on. */
  json?: unknown;
  isGzip: boolean;
};

export type AskQuestion = (question: Question) => Promise<Seen>;

const LONGEST_BYTES = 512 * 1024;
const PATIENCE_MILLIS = 15_000;
/** As many reads as a probe may make, whatever it finds. */
const MAXIMUM_READS = 30;

const errorSchema = z.object({
  errors: z.tuple([z.object({ code: z.string(), detail: z.string().default('') })], z.unknown()),
});

const WORDS: readonly [NonNullable<Seen['words']>, RegExp][] = [
  ['no-sales', /there were no sales/i],
  ['not-available', /not available yet/i],
  ['no-longer-available', /no longer available/i],
  ['invalid-vendor', /invalid vendor number/i],
  ['latest-version', /latest version/i],
];

/** Asks Apple with tokens as the questions want them. Only GET, one after the other, never more than thirty times. */
export function createAsk(options: {
  key: ApiKey;
  baseUrl: string;
  fetch: typeof fetch;
  clock: Clock;
}): AskQuestion {
  const { key, baseUrl, clock } = options;
  let reads = 0;
  return async ({ path, query = {}, accept = 'application/json', issuedAt = -60, scope }) => {
    reads += 1;
    if (reads > MAXIMUM_READS) throw new Error(`a probe makes at most ${MAXIMUM_READS} reads`);
    const text = new URLSearchParams(query).toString();
    const target = text === '' ? path : `${path}?${text}`;
    const now = Math.floor(clock.now() / 1000);
    const holder = key.kind === 'team' ? { iss: key.issuerId } : { sub: 'user' };
    const claims = {
      ...holder,
      ...(issuedAt !== 'absent' && { iat: now + issuedAt }),
      exp: now + 120,
      aud: 'appstoreconnect-v1',
      scope: scope ?? [`GET ${target}`],
    };
    const token = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'ES256', kid: key.keyId, typ: 'JWT' })
      .sign(key.privateKey.reveal());
    const response = await options.fetch(new URL(target, baseUrl), {
      headers: { authorization: `Bearer ${token}`, accept },
      redirect: 'manual',
      signal: AbortSignal.timeout(PATIENCE_MILLIS),
    });
    return seenOf(response);
  };
}

async function seenOf(response: Response): Promise<Seen> {
  const bytes = await readSome(response);
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  const json = isGzip ? undefined : parsed(bytes.toString('utf8'));
  const error = errorSchema.safeParse(json).data?.errors[0];
  const words = error === undefined ? undefined : WORDS.find(([, form]) => form.test(error.detail))?.[0];
  return {
    status: response.status,
    ...(error !== undefined && /^[A-Z0-9_.]{1,80}$/.test(error.code) && { code: error.code }),
    ...(words !== undefined && { words }),
    headers: response.headers,
    ...(json !== undefined && { json }),
    isGzip,
  };
}

async function readSome({ body }: Response): Promise<Buffer> {
  let read = Buffer.alloc(0);
  // Leaving the loop cancels the rest.
  for await (const chunk of body ?? []) {
    read = Buffer.concat([read, chunk]);
    if (read.length > LONGEST_BYTES || (read[0] === 0x1f && read[1] === 0x8b)) break;
  }
  return read;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
