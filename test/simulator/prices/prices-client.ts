import type { TestContext } from 'node:test';
import { z } from 'zod';
import type { SimulatorOptions } from '../../../local/simulator/index.ts';
import { checkAnswer } from '../answer-check.ts';
import { type Apple, ask, keys, startApple, token } from '../apple.ts';

/** The Pacific day of `morning`, the day after it, and a later one. */
export const today = '2026-11-24';
export const tomorrow = '2026-11-25';
export const december = '2026-12-01';

const identifier = z.object({ type: z.string(), id: z.string() });
const resource = identifier.extend({
  attributes: z.record(z.string(), z.unknown()).default({}),
  relationships: z
    .record(z.string(), z.looseObject({ data: z.union([identifier, z.array(identifier)]).optional() }))
    .default({}),
});
const document = z.object({
  data: z.union([resource.transform((one) => [one]), z.array(resource)]).default([]),
  included: z.array(resource).default([]),
  links: z
    .object({ self: z.string(), first: z.string().optional(), next: z.string().optional() })
    .partial()
    .default({}),
  meta: z.object({ paging: z.object({ total: z.number(), limit: z.number() }) }).optional(),
  errors: z
    .array(
      z.object({
        status: z.string(),
        code: z.string(),
        detail: z.string(),
        source: z.object({ pointer: z.string().optional(), parameter: z.string().optional() }).optional(),
      }),
    )
    .default([]),
});

export type Resource = z.output<typeof resource>;

/** An answer of Apple's JSON:API. `data` is always a list; `json` is the document as it came. */
export type PriceAnswer = z.output<typeof document> & { status: number; json: unknown };

/** Starts a simulator with one subscription that is live in three territories. */
export async function startPrices(
  context: TestContext,
  options: Partial<SimulatorOptions> & { now?: number } = {},
): Promise<Apple> {
  const apple = await startApple(context, options);
  apple.simulator.prices.addSubscription({
    team: 'acme',
    id: '6448311069',
    name: 'Pro yearly',
    prices: { USA: '49.99', FRA: '49.99', JPN: '7500' },
  });
  return apple;
}

export const managerToken = (apple: Apple): Promise<string> =>
  token(apple, { header: { kid: 'APPMANAGER' }, privateKey: keys.appManager.privateKey });

/** Sends a request with the app manager's key, or with the token given. */
export async function call(
  apple: Apple,
  method: string,
  path: string,
  body?: unknown,
  bearer?: string,
): Promise<PriceAnswer> {
  const heard = await ask(apple, path, {
    method,
    token: bearer ?? (await managerToken(apple)),
    ...(body !== undefined && {
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    }),
  });
  const json: unknown = heard.bytes.byteLength === 0 ? {} : JSON.parse(heard.bytes.toString('utf8'));
  checkAnswer(method, path, heard);
  return { ...document.parse(json), status: heard.status, json };
}

export const get = (apple: Apple, path: string): Promise<PriceAnswer> => call(apple, 'GET', path);

/** The whole list, page after page, each asked for by the link that the one before gave. */
export async function everyPage(
  apple: Apple,
  path: string,
): Promise<{ pages: PriceAnswer[]; data: Resource[] }> {
  const pages: PriceAnswer[] = [];
  for (let next: string | undefined = path; next !== undefined; ) {
    const page: PriceAnswer = await get(apple, next.replace(apple.simulator.origin, ''));
    pages.push(page);
    next = page.links.next;
  }
  return { pages, data: pages.flatMap(({ data }) => data) };
}

/** The id of the price point of a list (`/v1/subscriptions/…/pricePoints`) with this customer price. */
export async function pointId(apple: Apple, list: string, territory: string, price: string): Promise<string> {
  const limit = list.endsWith('/appPricePoints') ? 200 : 8000;
  const { data } = await everyPage(apple, `${list}?filter[territory]=${territory}&limit=${limit}`);
  const found = data.find(({ attributes }) => Number(attributes['customerPrice']) === Number(price));
  if (found === undefined) throw new Error(`No price point ${price} in ${territory}.`);
  return found.id;
}

export const ref = (type: string, id: string) => ({ data: { type, id } });

/** Where the errors of an answer point to, with their codes. */
export const blamed = ({ errors }: PriceAnswer): string[] =>
  errors.map(({ code, source }) => `${code} ${source?.pointer ?? source?.parameter}`);
