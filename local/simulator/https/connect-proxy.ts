import { createServer } from 'node:http';
import { connect, type Socket } from 'node:net';
import { closeServer, listen } from '../../http/loopback.ts';

export type ConnectProxy = {
  /** `http://127.0.0.1:PORT`, for `HTTPS_PROXY`. */
  readonly origin: string;
  close(): Promise<void>;
};

/**
 * A proxy on the loopback interface that leads requests for the hosts given to one port of this machine, and refuses
 * every other host with 403. With it a client that has Apple's address built in reaches the simulator unchanged.
 *
 * @param routes host name → port on 127.0.0.1
 */
export async function startConnectProxy(
  routes: ReadonlyMap<string, number>,
  port = 0,
): Promise<ConnectProxy> {
  const sockets = new Set<Socket>();
  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => socket.destroy());
  };
  const server = createServer((_, response) => {
    response.writeHead(405).end('This proxy takes CONNECT only.\n');
  });
  server.on('connect', (request, client: Socket, head: Buffer) => {
    keep(client);
    const target = routes.get((request.url ?? '').replace(/:443$/, ''));
    if (target === undefined) {
      client.end('HTTP/1.1 403 Forbidden\r\n\r\nThis proxy leads to the App Store Connect simulator only.\n');
      return;
    }
    const upstream = connect(target, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      upstream.write(head);
      client.pipe(upstream).pipe(client);
    });
    keep(upstream);
    client.on('close', () => upstream.destroy());
    upstream.on('close', () => client.destroy());
  });
  const bound = await listen(server, port);
  return {
    origin: `http://127.0.0.1:${bound}`,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await closeServer(server);
    },
  };
}
