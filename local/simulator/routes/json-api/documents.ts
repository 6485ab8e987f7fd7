import type { RouteResponse } from '../../rules/response.ts';
import type { Call } from '../../server/route.ts';
import { cursorAt, type ReadQuery } from './query.ts';

export type Identifier = { type: string; id: string };

export type Resource = Identifier & {
  attributes?: Readonly<Record<string, unknown>>;
  relationships?: Readonly<Record<string, unknown>>;
  links?: { self: string };
};

/** One thing of a document, and what came with it because of `include`. */
export type Rendered = { resource: Resource; included: readonly Resource[] };

/** The origin that the client spoke to, such as `http://127.0.0.1:4321`. */
export const originOf = ({ origin }: Pick<Call, 'origin'>): string => origin;

/** One page of a list. Only what is on the page is rendered. */
export function listResponse<Item>(
  call: Call,
  query: ReadQuery,
  items: readonly Item[],
  render: (item: Item) => Rendered,
): RouteResponse {
  const { limit, offset } = query;
  const page = items.slice(offset, offset + limit).map(render);
  const next = offset + limit;
  return jsonResponse(200, {
    data: page.map(({ resource }) => withFields(resource, query)),
    ...includedOf(page, query),
    links: {
      self: selfOf(call),
      ...(offset > 0 && { first: linkTo(call, limit) }),
      ...(next < items.length && { next: linkTo(call, limit, next) }),
    },
    meta: {
      paging: { total: items.length, limit, ...(next < items.length && { nextCursor: cursorAt(next) }) },
    },
  });
}

/** A document of one resource. */
export function singleResponse(
  call: Call,
  query: ReadQuery,
  rendered: Rendered,
  status = 200,
): RouteResponse {
  return jsonResponse(status, {
    data: withFields(rendered.resource, query),
    ...includedOf([rendered], query),
    links: { self: selfOf(call) },
  });
}

export const noContentResponse = (): RouteResponse => ({ status: 204, headers: {}, body: Buffer.alloc(0) });

/** A relationship with links only, as of lists that were not included. */
export function linked(self: string, name: string): { links: { self: string; related: string } } {
  return { links: { self: `${self}/relationships/${name}`, related: `${self}/${name}` } };
}

function jsonResponse(status: number, document: unknown): RouteResponse {
  return {
    status,
    headers: { 'content-type': 'application/json' },
    body: Buffer.from(JSON.stringify(document)),
  };
}

function includedOf(page: readonly Rendered[], query: ReadQuery): { included?: Resource[] } {
  const found = new Map<string, Resource>();
  for (const { included } of page) {
    for (const resource of included) found.set(`${resource.type} ${resource.id}`, resource);
  }
  return found.size === 0 ? {} : { included: [...found.values()].map((one) => withFields(one, query)) };
}

/** Leaves only the fields that the request chose for this type. */
function withFields(resource: Resource, { fields }: ReadQuery): Resource {
  const chosen = fields.get(resource.type);
  if (chosen === undefined) return resource;
  const pick = (all: Readonly<Record<string, unknown>> = {}): Record<string, unknown> =>
    Object.fromEntries(Object.entries(all).filter(([name]) => chosen.has(name)));
  const { attributes, relationships, ...rest } = resource;
  return {
    ...rest,
    ...(attributes && { attributes: pick(attributes) }),
    ...(relationships && { relationships: pick(relationships) }),
  };
}

function selfOf(call: Call): string {
  const text = call.query.toString();
  return originOf(call) + call.path + (text === '' ? '' : `?${text}`);
}

function linkTo(call: Call, limit: number, offset?: number): string {
  const query = new URLSearchParams(call.query);
  query.delete('cursor');
  if (offset !== undefined) query.set('cursor', cursorAt(offset));
  query.set('limit', String(limit));
  return `${originOf(call)}${call.path}?${query}`;
}
