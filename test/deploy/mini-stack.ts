import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { freePort, type PythonTools } from '../cloudformation/python.ts';

export const ACCOUNT = '123456789012';
export const REGION = 'us-east-1';

/** MiniStack takes twelve digits as access key for the account. */
export const credentials = { accessKeyId: ACCOUNT, secretAccessKey: 'local' };

export type MiniStack = {
  endpoint: string;
  /** For programs that call it: the CDK CLI. */
  environment: NodeJS.ProcessEnv;
  /** The end of its log. */
  log(): string;
  stop(): void;
};

const MOST_TRIES = 600;

/** Starts MiniStack on a free loopback port. Its Lambda runs the first Node on the PATH, so ours comes first. */
export async function startMiniStack(tools: PythonTools): Promise<MiniStack> {
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const data = mkdtempSync(join(tmpdir(), 'ministack-'));
  const environment: NodeJS.ProcessEnv = {
    ...process.env,
    PATH: [dirname(process.execPath), process.env['PATH'] ?? ''].join(delimiter),
    AWS_ENDPOINT_URL: endpoint,
    AWS_ENDPOINT_URL_S3: endpoint,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_REGION: REGION,
    AWS_DEFAULT_REGION: REGION,
    AWS_EC2_METADATA_DISABLED: 'true',
  };
  let log = '';
  const server = spawn(tools.path('ministack'), [], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...environment,
      GATEWAY_PORT: String(port),
      BIND_HOST: '127.0.0.1',
      MINISTACK_REGION: REGION,
      ATHENA_ENGINE: 'duckdb',
      TMPDIR: data,
    },
  });
  for (const stream of [server.stdout, server.stderr])
    stream.on('data', (chunk) => {
      log = `${log}${String(chunk)}`.slice(-40_000);
    });
  const stop = (): void => {
    server.kill();
    rmSync(data, { recursive: true, force: true });
  };
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    if (server.exitCode !== null) throw new Error(`MiniStack ended at once:\n${log}`);
    const isUp = await fetch(endpoint).then(
      () => true,
      () => false,
    );
    if (isUp) return { endpoint, environment, log: () => log, stop };
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  stop();
  throw new Error(`MiniStack did not start within a minute:\n${log}`);
}
