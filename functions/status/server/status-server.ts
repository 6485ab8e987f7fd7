import { createServer, type ServerResponse } from 'node:http';
import type { Place } from '../model/place.ts';
import type { Status } from '../model/status.ts';
import { placeOf } from '../page/frame.ts';
import { CONTENT_SECURITY_POLICY, renderPage } from '../render-page.ts';

export type StatusServer = { url: string; close(): Promise<void> };

const HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'cross-origin-resource-policy': 'same-origin',
};

/**
 * Serves the status page on the loopback interface only.
 *
 * @param read what a place shows, read anew for each request
 * @param port 0: any free one
 */
export async function serveStatus(
  read: (place: Place) => Promise<Status>,
  port: number,
  onError: (error: unknown) => void,
): Promise<StatusServer> {
  const server = createServer((request, response) => {
    const { method = '', url = '/' } = request;
    // Another site's page can lead a browser here by a name of its own; it cannot forge this header.
    if (!isLoopback(request.headers.host)) return refuse(response, 403, 'Open it by 127.0.0.1.');
    if (method !== 'GET' && method !== 'HEAD') return refuse(response, 405, 'The page only shows.');
    const place = URL.canParse(url, 'http://127.0.0.1')
      ? placeOf(new URL(url, 'http://127.0.0.1'))
      : undefined;
    if (place === undefined) return refuse(response, 404, 'There is no such page.');
    void read(place).then(
      (status) => void response.writeHead(200, HEADERS).end(renderPage(status, place)),
      (error: unknown) => {
        onError(error);
        refuse(response, 500, 'The status cannot be read; the terminal says why.');
      },
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  const bound = typeof address === 'object' && address !== null ? address.port : port;
  return {
    url: `http://127.0.0.1:${bound}/`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const isLoopback = (host: string | undefined): boolean =>
  /^(127\.0\.0\.1|localhost)(:\d+)?$/.test(host ?? '');

function refuse(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { ...HEADERS, 'content-type': 'text/plain; charset=utf-8' }).end(`${text}\n`);
}
