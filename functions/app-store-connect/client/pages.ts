import * as z from 'zod';
import { type ApiRead, queryOf } from '../protocol/api-request.ts';
import { readResponseJson } from '../protocol/response-json.ts';
import { unexpectedResponse } from '../protocol/unexpected-response.ts';
import type { AppStoreConnectClient } from './client.ts';

const linksSchema = z.object({ links: z.object({ next: z.string().optional() }).optional() });

/** 175 territories of 800 price points by 200: far below. */
const MAXIMUM_PAGES = 2_000;
const MAXIMUM_FINDING = 1_000;

/**
 * Reads a list page by page, following `links.next`.
 *
 * A next link is followed only to the configured origin, and only over https (http for loopback), so that an
 * answer cannot send a token elsewhere.
 *
 * @param page what each page must hold; unknown fields pass
 * @throws AppStoreConnectError `UNEXPECTED_ANSWER` for a page of another shape or a link that leads away
 */
export async function* readPages<Page extends z.ZodType>(
  client: AppStoreConnectClient,
  request: ApiRead,
  page: Page,
): AsyncGenerator<z.output<Page>> {
  let next: ApiRead | undefined = request;
  const seen = new Set<string>();
  while (next !== undefined) {
    const current: ApiRead = next;
    const read: ReadPage<z.output<Page>> = await readPage(client, current, page);
    yield read.page;
    if (read.link !== undefined && (seen.has(read.link) || seen.size >= MAXIMUM_PAGES))
      throw unexpectedResponse(
        `GET ${current.path}`,
        'links.next leads in a circle, or over more pages than any list has',
      );
    if (read.link !== undefined) seen.add(read.link);
    next = read.next;
  }
}

/** One page, and the request for the next one; absent on the last page. `link` is that request as Apple wrote it. */
export type ReadPage<Page> = { page: Page; link: string | undefined; next: ApiRead | undefined };

/** Reads one page of a list, for who decides page by page whether to go on. Throws what {@link readPages} throws. */
export async function readPage<Page extends z.ZodType>(
  client: Pick<AppStoreConnectClient, 'read' | 'baseUrl'>,
  request: ApiRead,
  page: Page,
): Promise<ReadPage<z.output<Page>>> {
  const json = await client.read(request, readResponseJson);
  const parsed = page.safeParse(json);
  if (!parsed.success)
    throw unexpectedResponse(`GET ${request.path}`, z.prettifyError(parsed.error).slice(0, MAXIMUM_FINDING));
  const links = linksSchema.safeParse(json);
  const link = links.success ? links.data.links?.next : undefined;
  const next = link === undefined ? undefined : followable(link, client.baseUrl, request.path);
  return { page: parsed.data, link, next };
}

function followable(link: string, baseUrl: string, path: string): ApiRead {
  const base = new URL(baseUrl);
  if (!URL.canParse(link)) throw unexpectedResponse(`GET ${path}`, 'links.next is not an absolute URL');
  const url = new URL(link);
  const encrypted = url.protocol === 'https:' || ['127.0.0.1', '[::1]', 'localhost'].includes(url.hostname);
  if (url.origin !== base.origin || !encrypted || url.username !== '') {
    throw unexpectedResponse(
      `GET ${path}`,
      `links.next leads to ${url.origin}, not to ${base.origin}; it is not followed`,
    );
  }
  return { path: url.pathname, query: queryOf(url) };
}
