import { serveStatus } from '../../../functions/status/server/status-server.ts';
import type { TryWorld } from '../../../local/try/try-world.ts';
import type { Io } from '../../terminal/io.ts';
import { readFolderStatus, writeStatusFiles } from './status-files.ts';
import { watch } from './watch.ts';

/** Fetches by the clock until it is told to end; `serve`: with the status page on 127.0.0.1. */
export async function stayUp(
  world: TryWorld,
  io: Io,
  { serve, port }: { serve: boolean; port: number },
): Promise<void> {
  const server = serve
    ? await serveStatus(
        (place) => readFolderStatus(world, io, place),
        port,
        (error) => io.err(`${error instanceof Error ? error.message : error}\n`),
      )
    : undefined;
  if (server !== undefined) io.out(`The status page is at ${server.url}\n`);
  try {
    await watch(world, io, async () => {
      writeStatusFiles(world.folder.directory, await readFolderStatus(world, io), true);
    });
  } finally {
    await server?.close();
  }
}
