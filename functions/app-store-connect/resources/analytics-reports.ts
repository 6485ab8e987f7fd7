import * as z from 'zod';
import type { AppStoreConnectClient } from '../client/client.ts';
import { readPages } from '../client/pages.ts';
import type { ApiRead } from '../protocol/api-request.ts';
import { AppStoreConnectError } from '../protocol/errors.ts';

// Apple's chain for analytics: request → reports → instances → segments. Source: "Downloading Analytics Reports".

/** The two kinds of requests: a report that goes on, and one copy of the history. */
export type AccessType = 'ONGOING' | 'ONE_TIME_SNAPSHOT';

/** A standing request for an app's analytics. `stopped`: nobody has read for long, so Apple makes no more reports. */
export type ReportRequest = { id: string; stopped: boolean };

/** A file of an instance. `url` is signed and good for five minutes; `checksum` is MD5 in hex. */
export type ReportSegment = { id: string; url: string; checksum: string; sizeInBytes: number };

const requestSchema = z.object({
  id: z.string().min(1),
  attributes: z.object({
    accessType: z.enum(['ONGOING', 'ONE_TIME_SNAPSHOT']),
    stoppedDueToInactivity: z.boolean().optional(),
  }),
});
const reportSchema = z.object({ id: z.string().min(1), attributes: z.object({ name: z.string() }) });
const instanceSchema = z.object({
  id: z.string().min(1),
  attributes: z.object({ granularity: z.string(), processingDate: z.iso.date() }),
});
const segmentSchema = z.object({
  id: z.string().min(1),
  attributes: z.object({
    url: z.string(),
    checksum: z.string(),
    sizeInBytes: z.number().int().nonnegative(),
  }),
});

/** The most that Apple gives a page. */
const PAGE = { limit: '200' };

async function readAll<Item extends z.ZodType>(
  client: AppStoreConnectClient,
  request: ApiRead,
  item: Item,
): Promise<z.output<Item>[]> {
  const page = z.object({ data: z.array(item) });
  const items: z.output<Item>[] = [];
  for await (const { data } of readPages(client, { ...request, query: { ...request.query, ...PAGE } }, page))
    items.push(...data);
  return items;
}

/** GET /v1/apps/{id}/analyticsReportRequests. All functions here throw AppStoreConnectError. */
export async function listReportRequests(
  client: AppStoreConnectClient,
  app: string,
  accessType: AccessType,
): Promise<ReportRequest[]> {
  const path = `/v1/apps/${encodeURIComponent(app)}/analyticsReportRequests`;
  const found = await readAll(client, { path, query: { 'filter[accessType]': accessType } }, requestSchema);
  return found
    .filter(({ attributes }) => attributes.accessType === accessType)
    .map(({ id, attributes }) => ({ id, stopped: attributes.stoppedDueToInactivity ?? false }));
}

/**
 * POST /v1/analyticsReportRequests, sent once. Needs the role Admin.
 *
 * @returns the new request's id
 */
export async function createReportRequest(
  client: AppStoreConnectClient,
  app: string,
  accessType: AccessType,
): Promise<string> {
  const path = '/v1/analyticsReportRequests';
  const answer = await client.write({
    method: 'POST',
    path,
    body: {
      data: {
        type: 'analyticsReportRequests',
        attributes: { accessType },
        relationships: { app: { data: { type: 'apps', id: app } } },
      },
    },
  });
  const parsed = z.object({ data: requestSchema.pick({ id: true }) }).safeParse(answer);
  if (parsed.success) return parsed.data.data.id;
  throw new AppStoreConnectError({
    code: 'UNEXPECTED_ANSWER',
    message: `POST ${path} returned an unexpected response format. The request may exist: list the app's requests before anything else is sent.`,
    outcomeUnknown: true,
  });
}

/** GET /v1/analyticsReportRequests/{id}/reports of one category. */
export async function listAnalyticsReports(
  client: AppStoreConnectClient,
  requestId: string,
  category: string,
): Promise<{ id: string; name: string }[]> {
  const path = `/v1/analyticsReportRequests/${encodeURIComponent(requestId)}/reports`;
  const found = await readAll(client, { path, query: { 'filter[category]': category } }, reportSchema);
  return found.map(({ id, attributes }) => ({ id, name: attributes.name }));
}

/** GET /v1/analyticsReports/{id}/instances of one granularity, in Apple's order. `processingDate`: `YYYY-MM-DD`. */
export async function listReportInstances(
  client: AppStoreConnectClient,
  reportId: string,
  granularity: string,
): Promise<{ id: string; processingDate: string }[]> {
  const path = `/v1/analyticsReports/${encodeURIComponent(reportId)}/instances`;
  const found = await readAll(
    client,
    { path, query: { 'filter[granularity]': granularity } },
    instanceSchema,
  );
  return found
    .filter(({ attributes }) => attributes.granularity === granularity)
    .map(({ id, attributes }) => ({ id, processingDate: attributes.processingDate }));
}

/** GET /v1/analyticsReportInstances/{id}/segments. Download at once: the URLs expire after five minutes. */
export async function listReportSegments(
  client: AppStoreConnectClient,
  instanceId: string,
): Promise<ReportSegment[]> {
  const path = `/v1/analyticsReportInstances/${encodeURIComponent(instanceId)}/segments`;
  return (await readAll(client, { path }, segmentSchema)).map(({ id, attributes }) => ({
    id,
    ...attributes,
  }));
}
