import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';

/** What an environment of Python is made of. */
export type PythonEnvironment = {
  requirements: string;
  directory: string;
  /** The oldest version of Python that the requirements run on. */
  version: readonly [number, number];
};

const MOTO: PythonEnvironment = {
  requirements: 'test/cloudformation/requirements.txt',
  directory: '.local/python',
  version: [3, 9],
};

/** Python programs in an environment of their own. */
export type PythonTools = {
  run(program: string, args: readonly string[]): { status: number; output: string };
  path(program: string): string;
};

/** Makes the environment, once for these requirements; `undefined` where there is no Python of this age with venv. */
export function preparePython(environment: PythonEnvironment = MOTO): PythonTools | undefined {
  const { requirements, directory, version } = environment;
  const known = spawnSync('python3', [
    '-c',
    `import sys, venv, ensurepip; sys.exit(sys.version_info < (${version.join(', ')}))`,
  ]);
  if (known.status !== 0) return undefined;
  const wanted = createHash('sha256').update(readFileSync(requirements)).digest('hex');
  const stamp = join(directory, 'requirements.sha256');
  const path = (program: string): string => join(directory, 'bin', program);
  if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted) {
    console.log(`Installing ${requirements} into ${directory} …`);
    must('python3', ['-m', 'venv', '--clear', directory]);
    must(path('pip'), ['install', '--quiet', '--disable-pip-version-check', '--requirement', requirements]);
    writeFileSync(stamp, wanted);
  }
  return {
    path,
    run: (program, args) => {
      const { status, stdout, stderr } = spawnSync(path(program), args, { encoding: 'utf8' });
      return { status: status ?? 1, output: `${stdout}${stderr}` };
    },
  };
}

function must(program: string, args: readonly string[]): void {
  const { status, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} failed:\n${stderr}`);
}

/** A running server; `said` is the end of its log, where it tells why it failed. */
export type MotoServer = { endpoint: string; said: () => string; stop: () => void };

/** Starts moto's server on a free port of this machine, and ends it. */
export async function startMoto(tools: PythonTools): Promise<MotoServer> {
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const server = spawn(tools.path('moto_server'), ['--host', '127.0.0.1', '--port', String(port)], {
    stdio: ['ignore', 'ignore', 'pipe'],
    // The answers of a server that is asked over and over are not looked at.
    env: { ...process.env, AWS_ACCESS_KEY_ID: 'moto', AWS_SECRET_ACCESS_KEY: 'moto' },
  });
  let said = '';
  server.stderr.on('data', (chunk) => {
    said = `${said}${String(chunk)}`.slice(-20_000);
  });
  for (let tries = 0; tries < 300; tries += 1) {
    if (server.exitCode !== null) throw new Error(`moto ended at once:\n${said}`);
    const up = await fetch(`${endpoint}/moto-api/`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (up) return { endpoint, said: () => said, stop: () => void server.kill() };
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  server.kill();
  throw new Error(`moto did not start within thirty seconds:\n${said}`);
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
}
