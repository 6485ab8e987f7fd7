import * as z from 'zod';
import type { PriceStore } from '../prices/price-store.ts';
import {
  type AnalyticsRequest,
  type AnalyticsStore,
  accessTypes,
  categories,
  granularities,
  type Instance,
} from '../reports/analytics-store.ts';
import type { DownloadHost } from '../reports/download-host.ts';
import { invalidParameter, notFound, Refusal } from '../rules/apple-error.ts';
import type { RouteResponse } from '../rules/response.ts';
import type { Call, Route } from '../server/route.ts';
import { hasApp } from './apps.ts';
import { listResponse, originOf, type Resource } from './json-api/documents.ts';
import { type QueryRule, type ReadQuery, readQuery } from './json-api/query.ts';

const HOUR = 3_600_000;

/** Apple's pages under "Analytics": requests, reports, instances and segments. */
export function analyticsRoutes(store: AnalyticsStore, prices: PriceStore, host: DownloadHost): Route[] {
  const owns: Owns = (call, app) => hasApp(call.key.team, prices, app);
  // "Downloading Analytics Reports": who may manage requests, and who may list and download.
  const readers = {
    roles: ['ADMIN', 'FINANCE', 'SALES', 'ACCESS_TO_REPORTS'],
    individualKeys: false,
  } as const;
  const read = (path: string, handle: Route['handle']): Route => ({
    method: 'GET',
    path,
    handle,
    ...readers,
  });
  return [
    {
      method: 'POST',
      path: '/v1/analyticsReportRequests',
      roles: ['ADMIN'],
      individualKeys: false,
      handle: (call) => createRequest(call, store, owns),
    },
    read('/v1/apps/{id}/analyticsReportRequests', (call) => {
      const app = ownApp(call, owns, call.pathParameters['id'] ?? '');
      const query = readQuery(call, {
        ...listOf('analyticsReportRequests', 'accessType'),
        notPlayed: { parameters: ['fields[analyticsReports]', 'limit[reports]'], include: ['reports'] },
        include: [],
      });
      const [accessType] = chosen(query, 'accessType', accessTypes);
      return list(
        call,
        query,
        store.requestsOf(app, accessType).map((one) => requestResource(one, call.now)),
      );
    }),
    read('/v1/analyticsReportRequests/{id}/reports', (call) => {
      const request = ownRequest(call, store, owns, call.pathParameters['id'] ?? '');
      const query = readQuery(call, listOf('analyticsReports', 'category', 'name'));
      const asked = chosen(query, 'category', categories);
      const found = store
        .reports()
        .map((attributes, index) => ({
          type: 'analyticsReports',
          id: reportId(request, index),
          attributes,
        }))
        .filter(
          ({ attributes: { category, name } }) =>
            (asked.length === 0 || asked.includes(category)) &&
            (query.filter('name')?.includes(name) ?? true),
        );
      return list(call, query, found);
    }),
    read('/v1/analyticsReports/{id}/instances', (call) => listInstances(call, store, owns)),
    read('/v1/analyticsReportInstances/{id}/segments', (call) => listSegments(call, store, owns, host)),
  ];
}

/** Whether an app is one of the account that the key belongs to. */
type Owns = (call: Call, app: string) => boolean;

const creation = z.object({
  data: z.object({
    type: z.literal('analyticsReportRequests'),
    attributes: z.object({ accessType: z.enum(accessTypes) }),
    relationships: z.object({
      app: z.object({ data: z.object({ type: z.literal('apps'), id: z.string() }) }),
    }),
  }),
});

function createRequest(call: Call, store: AnalyticsStore, owns: Owns): RouteResponse {
  const { attributes, relationships } = readBody(call.body);
  const app = relationships.app.data.id;
  if (!owns(call, app)) throw noSuchApp(app);
  const running = store
    .requestsOf(app, attributes.accessType)
    .some(({ stoppedAt }) => stoppedAt === undefined || call.behaviour.stoppedRequestKeepsOthersOut);
  if (running || tooSoon(call, store, app, attributes.accessType)) {
    throw new Refusal({
      status: 409,
      code: 'STATE_ERROR',
      title: 'The request cannot be fulfilled because of the state of another resource.',
      detail: 'You already have such an entity',
    });
  }
  const request = store.create(app, attributes.accessType, call.now);
  const links = { self: `${call.path}/${request.id}` };
  return json(201, { data: requestResource(request, call.now), links });
}

/** One snapshot in so many days; one that was deleted counts as well. */
function tooSoon(call: Call, store: AnalyticsStore, app: string, accessType: string): boolean {
  const made = store.lastSnapshotOf(app);
  return (
    accessType === 'ONE_TIME_SNAPSHOT' &&
    made !== undefined &&
    call.now < made + call.behaviour.snapshotEveryDays * 24 * HOUR
  );
}

/** The published contract has no 404 here: what a relationship names is part of the entity. */
const noSuchApp = (app: string): Refusal =>
  new Refusal({
    status: 409,
    code: 'ENTITY_ERROR.RELATIONSHIP.INVALID',
    title: 'The provided entity includes a relationship with an invalid value',
    detail: `There is no resource of type 'apps' with id '${app}'`,
    source: { pointer: '/data/relationships/app' },
  });

function readBody(body: Uint8Array): z.output<typeof creation>['data'] {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(body).toString('utf8'));
  } catch {
    value = undefined;
  }
  const parsed = creation.safeParse(value);
  if (parsed.success) return parsed.data.data;
  throw new Refusal({
    status: 422,
    code: 'ENTITY_ERROR',
    title: 'The request entity is not valid.',
    detail: 'The request entity is not an analytics report request.',
  });
}

function listInstances(call: Call, store: AnalyticsStore, owns: Owns): RouteResponse {
  const query = readQuery(call, listOf('analyticsReportInstances', 'granularity', 'processingDate'));
  const { request, name } = readReportId(call.pathParameters['id'] ?? '', call, store, owns);
  const asked = chosen(query, 'granularity', granularities);
  const dates = query.filter('processingDate');
  const delay = call.behaviour.analyticsFirstInstancesAfterHours * HOUR;
  const found = store
    .visible(request, delay, call.now)
    .filter(
      (one) =>
        one.name === name &&
        (asked.length === 0 || asked.includes(one.granularity)) &&
        (dates?.includes(one.processingDate) ?? true),
    );
  return list(
    call,
    query,
    found.map(({ id, granularity, processingDate }) => ({
      type: 'analyticsReportInstances',
      id,
      attributes: { granularity, processingDate },
    })),
  );
}

function listSegments(call: Call, store: AnalyticsStore, owns: Owns, host: DownloadHost): RouteResponse {
  const query = readQuery(call, listOf('analyticsReportSegments'));
  const id = call.pathParameters['id'] ?? '';
  const instance = store.instance(id);
  if (instance === undefined || !owns(call, instance.app) || !store.hasSegments(id, call.now))
    throw absent('analyticsReportInstances', id);
  return list(
    call,
    query,
    instance.segments.map((segment) => ({
      type: 'analyticsReportSegments',
      id: segment.id,
      attributes: segmentAttributes(segment, store, host),
    })),
  );
}

function segmentAttributes(segment: Instance['segments'][number], store: AnalyticsStore, host: DownloadHost) {
  const fault = store.strike('list');
  return {
    checksum: fault?.kind === 'wrongChecksum' ? '0'.repeat(32) : segment.checksum,
    sizeInBytes: segment.sizeInBytes,
    url: fault?.kind === 'address' ? fault.url : host.addressOf(segment, fault?.kind === 'expiredUrl'),
  };
}

const requestResource = ({ id, accessType, stoppedAt }: AnalyticsRequest, now: number) => ({
  type: 'analyticsReportRequests',
  id,
  attributes: { accessType, stoppedDueToInactivity: stoppedAt !== undefined && stoppedAt <= now },
});

/** `r3-<request>` in a live response: the number of the report among those of the request. */
const reportId = (request: AnalyticsRequest, index: number): string => `r${index + 1}-${request.id}`;

function readReportId(
  id: string,
  call: Call,
  store: AnalyticsStore,
  owns: Owns,
): { request: AnalyticsRequest; name: string | undefined } {
  const [, number, requestId = ''] = /^r(\d+)-(.+)$/.exec(id) ?? [];
  const request = ownRequest(call, store, owns, requestId);
  return { request, name: store.reports()[Number(number) - 1]?.name };
}

const listOf = (type: string, ...filters: string[]): QueryRule => ({
  filters,
  fields: [type],
  maxLimit: 200,
});

/** What a filter of few values names; none if it was not given. */
function chosen<Value extends string>(query: ReadQuery, name: string, values: readonly Value[]): Value[] {
  return (query.filter(name) ?? []).map((text) => {
    const found = values.find((value) => value === text);
    if (found === undefined)
      throw invalidParameter(`filter[${name}]`, `'${text}' is not a valid filter value for '${name}'.`);
    return found;
  });
}

const list = (call: Call, query: ReadQuery, resources: readonly Resource[]): RouteResponse =>
  listResponse(call, query, resources, (resource) => ({
    resource: { ...resource, links: { self: `${originOf(call)}/v1/${resource.type}/${resource.id}` } },
    included: [],
  }));

function ownApp(call: Call, owns: Owns, app: string): string {
  if (!owns(call, app)) throw absent('apps', app);
  return app;
}

function ownRequest(call: Call, store: AnalyticsStore, owns: Owns, id: string): AnalyticsRequest {
  const request = store.request(id);
  if (request === undefined || !owns(call, request.app)) throw absent('analyticsReportRequests', id);
  return request;
}

const absent = (type: string, id: string): Refusal =>
  notFound(`There is no resource of type '${type}' with id '${id}'`);

const json = (status: number, body: unknown): RouteResponse => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: Buffer.from(JSON.stringify(body)),
});
