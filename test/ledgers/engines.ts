import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { portOf } from '../../local/http/loopback.ts';

/** Another maker's DynamoDB, run as a process of its own. */
export type Engine = {
  name: string;
  /** Why it cannot be started here, with what installs it. */
  absent: string | undefined;
  /** Its conditional writes are not atomic: only calls one after another say something about the ledgers. */
  oneAtATime: boolean;
  start(): Promise<{ endpoint: string; stop(): Promise<void> }>;
};

const LOCAL = join(import.meta.dirname, '../../.local');
const JARS = join(LOCAL, 'dynamodb-local');
const MOTO = join(LOCAL, 'python/bin/moto_server');

export const ENGINES: readonly Engine[] = [
  engine('DynamoDB Local', JARS, 'npm run install:dynamodb-local', false, (port) => [
    'java',
    `-Djava.library.path=${JARS}`,
    '-cp',
    join(JARS, '*'),
    'com.amazonaws.services.dynamodbv2.local.main.ServerRunner',
    '-inMemory',
    '-disableTelemetry',
    '-port',
    String(port),
  ]),
  // It looks at the condition and writes in two steps, on several threads.
  engine('moto', MOTO, 'npm run install:python', true, (port) => [
    MOTO,
    '-H',
    '127.0.0.1',
    '-p',
    String(port),
  ]),
];

function engine(
  name: string,
  needs: string,
  install: string,
  oneAtATime: boolean,
  commandAt: (port: number) => readonly [string, ...string[]],
): Engine {
  return {
    name,
    oneAtATime,
    absent: existsSync(needs) ? undefined : `${name} is not installed: ${install}`,
    start: async () => {
      const port = await freePort();
      const [command, ...args] = commandAt(port);
      const child = spawn(command, args, { stdio: 'ignore' });
      const ended = once(child, 'close').then(
        () => undefined,
        (error: unknown) => error,
      );
      const endpoint = `http://127.0.0.1:${port}`;
      const stop = async () => {
        child.kill();
        await ended;
      };
      if (await answers(endpoint, () => child.exitCode === null && child.pid !== undefined))
        return { endpoint, stop };
      await stop();
      throw new Error(`${name} did not answer on ${endpoint} within a minute: ${command} ${args.join(' ')}`);
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const port = portOf(server.address());
  server.close();
  await once(server, 'close');
  return port;
}

async function answers(endpoint: string, runs: () => boolean): Promise<boolean> {
  for (let round = 0; round < 300 && runs(); round += 1) {
    try {
      await fetch(endpoint, { signal: AbortSignal.timeout(5000) });
      return true;
    } catch {
      // It does not listen yet.
      await wait(200);
    }
  }
  return false;
}
