import type { RequestListener } from 'node:http';
import { createServer } from 'node:https';
import { closeServer, listen } from '../../http/loopback.ts';
import { makeCertificates } from './certificates.ts';
import { startConnectProxy } from './connect-proxy.ts';

export const APPLE_HOST = 'api.appstoreconnect.apple.com';

export type HttpsOptions = {
  /** Default 0: any free port. */
  port?: number;
  /** Port of the proxy; default 0: any free port. */
  proxyPort?: number;
};

/** The simulator over https, and under Apple's own name for clients that know no other. */
export type HttpsDoor = {
  /** `https://localhost:PORT` */
  readonly origin: string;
  /** `http://127.0.0.1:PORT`, for `HTTPS_PROXY`: it leads `api.appstoreconnect.apple.com` here, and nothing else anywhere. */
  readonly proxy: string;
  /** The certificate authority of this run in PEM: what a client has to trust. */
  readonly authority: string;
  close(): Promise<void>;
};

export async function openHttpsDoor(handle: RequestListener, options: HttpsOptions): Promise<HttpsDoor> {
  const { authority, certificate, privateKey } = makeCertificates(['localhost', '127.0.0.1', APPLE_HOST]);
  const server = createServer({ cert: certificate, key: privateKey }, handle);
  const port = await listen(server, options.port);
  try {
    const proxy = await startConnectProxy(new Map([[APPLE_HOST, port]]), options.proxyPort);
    return {
      origin: `https://localhost:${port}`,
      proxy: proxy.origin,
      authority,
      close: async () => {
        await proxy.close();
        await closeServer(server);
      },
    };
  } catch (error) {
    // A taken port: what is open already would keep the process alive.
    await closeServer(server);
    throw error;
  }
}
