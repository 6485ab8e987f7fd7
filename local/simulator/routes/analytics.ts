import { z } from 'zod';
import {
  type AnalyticsRequest,
  type AnalyticsStore,
  accessTypes,
  categories,
  granularities,
  type Instance,
} from '../reports/analytics-store.ts';
import type { DownloadHost } from '../reports/download-host.ts';
import { notFound, Refusal } from '../server/apple-error.ts';
import type { RouteResponse } from '../server/response.ts';
import type { Call, Route } from '../server/route.ts';
import { listResponse, oneOf } from './json-api.ts';

const HOUR = 3_600_000;

/** Apple's pages under "Analytics": requests, reports, instances and segments. */
export function analyticsRoutes(store: AnalyticsStore, host: DownloadHost): Route[] {
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
      handle: (call) => createRequest(call, store),
    },
    read('/v1/apps/{id}/analyticsReportRequests', (call) => {
      const app = ownApp(call, call.pathParameters['id'] ?? '');
      const accessType = oneOf(call.query, 'filter[accessType]', accessTypes);
      return listResponse(
        call,
        store.requestsOf(app, accessType).map((one) => requestResource(one, call.now)),
      );
    }),
    read('/v1/analyticsReportRequests/{id}/reports', (call) => {
      const request = ownRequest(call, store, call.pathParameters['id'] ?? '');
      const category = oneOf(call.query, 'filter[category]', categories);
      const name = call.query.get('filter[name]');
      const found = store
        .reports()
        .filter((one) => one.category === (category ?? one.category) && one.name === (name ?? one.name));
      return listResponse(
        call,
        found.map((attributes) => ({
          type: 'analyticsReports',
          id: reportId(request, attributes.name),
          attributes,
        })),
      );
    }),
    read('/v1/analyticsReports/{id}/instances', (call) => listInstances(call, store)),
    read('/v1/analyticsReportInstances/{id}/segments', (call) => listSegments(call, store, host)),
  ];
}

const creation = z.object({
  data: z.object({
    type: z.literal('analyticsReportRequests'),
    attributes: z.object({ accessType: z.enum(accessTypes) }),
    relationships: z.object({
      app: z.object({ data: z.object({ type: z.literal('apps'), id: z.string() }) }),
    }),
  }),
});

function createRequest(call: Call, store: AnalyticsStore): RouteResponse {
  const { attributes, relationships } = readBody(call.body);
  const app = relationships.app.data.id;
  if (!call.key.team.apps.has(app)) throw noSuchApp(app);
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

function listInstances(call: Call, store: AnalyticsStore): RouteResponse {
  const [, requestId = '', encoded = ''] = /^r-(.+)~(.+)$/.exec(call.pathParameters['id'] ?? '') ?? [];
  const request = ownRequest(call, store, requestId);
  const name = Buffer.from(encoded, 'base64url').toString('utf8');
  const granularity = oneOf(call.query, 'filter[granularity]', granularities);
  const date = call.query.get('filter[processingDate]');
  const delay = call.behaviour.analyticsFirstInstancesAfterHours * HOUR;
  const found = store
    .visible(request, delay, call.now)
    .filter(
      (one) =>
        one.name === name &&
        one.granularity === (granularity ?? one.granularity) &&
        one.processingDate === (date ?? one.processingDate),
    );
  return listResponse(
    call,
    found.map(({ id, granularity: made, processingDate }) => ({
      type: 'analyticsReportInstances',
      id,
      attributes: { granularity: made, processingDate },
    })),
  );
}

function listSegments(call: Call, store: AnalyticsStore, host: DownloadHost): RouteResponse {
  const id = call.pathParameters['id'] ?? '';
  const instance = store.instance(id);
  if (instance === undefined || !call.key.team.apps.has(instance.app) || !store.hasSegments(id, call.now))
    throw absent('analyticsReportInstances', id);
  return listResponse(
    call,
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

const reportId = (request: AnalyticsRequest, name: string): string =>
  `r-${request.id}~${Buffer.from(name).toString('base64url')}`;

function ownApp(call: Call, app: string): string {
  if (!call.key.team.apps.has(app)) throw absent('apps', app);
  return app;
}

function ownRequest(call: Call, store: AnalyticsStore, id: string): AnalyticsRequest {
  const request = store.request(id);
  if (request === undefined || !call.key.team.apps.has(request.app))
    throw absent('analyticsReportRequests', id);
  return request;
}

const absent = (type: string, id: string): Refusal =>
  notFound(`There is no resource of type '${type}' with id '${id}'`);

const json = (status: number, body: unknown): RouteResponse => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: Buffer.from(JSON.stringify(body)),
});
