import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
/** Lambda's Node first, as a consumer of today would have it. */
const PATH = [dirname(process.execPath), resolve('node_modules/.bin'), process.env['PATH']].join(delimiter);

/** How this machine reaches the registry: without it an installation may wait for ever. */
const NETWORK = {
  ...Object.fromEntries(
    Object.entries(process.env).filter(([name]) =>
      /^((http|https|no)_proxy|NODE_EXTRA_CA_CERTS|SSL_CERT_(FILE|DIR)|npm_config_(registry|cafile))$/i.test(
        name,
      ),
    ),
  ),
  npm_config_userconfig: join(homedir(), '.npmrc'),
  npm_config_cache: process.env['npm_config_cache'] ?? join(homedir(), '.npm'),
};

export type Consumer = {
  directory: string;
  write(file: string, text: string): void;
  /** Gives the project packages that this project has, without the minutes that a download of the CDK takes. */
  lend(...packages: string[]): void;
  /** @returns the output; a program that fails rejects with what it printed */
  run(command: string, ...args: string[]): Promise<string>;
  /** The same in a folder of the project. */
  runIn(folder: string, command: string, ...args: string[]): Promise<string>;
  /** Starts a program that serves. `env`: more variables. */
  start(command: string, args: readonly string[], env?: Record<string, string>): ChildProcess;
};

/** An empty project of somebody else's, into which packages can be installed. */
export function createConsumer(): Consumer {
  const directory = mkdtempSync(join(tmpdir(), 'consumer-'));
  const consumer: Consumer = {
    directory,
    write: (file, text) => {
      mkdirSync(dirname(join(directory, file)), { recursive: true });
      writeFileSync(join(directory, file), text);
    },
    lend: (...packages) => {
      for (const name of packages) {
        const target = join(directory, 'node_modules', name);
        mkdirSync(dirname(target), { recursive: true });
        symlinkSync(resolve('node_modules', name), target);
      }
    },
    run: (command, ...args) => consumer.runIn('.', command, ...args),
    runIn: async (folder, command, ...args) => {
      const { stdout } = await run(command, args, {
        cwd: join(directory, folder),
        env: { ...NETWORK, HOME: directory, PATH },
        maxBuffer: 32 * 2 ** 20,
      }).catch((error: { stdout?: string; stderr?: string }) => {
        throw new Error(`${command} ${args.join(' ')}\n${error.stdout}\n${error.stderr}`, { cause: error });
      });
      return stdout;
    },
    start: (command, args, env = {}) =>
      spawn(command, args, { cwd: directory, env: { ...NETWORK, HOME: directory, PATH, ...env } }),
  };
  consumer.write('package.json', '{ "name": "consumer", "private": true, "type": "module" }\n');
  return consumer;
}

/** Builds and packs the package. @returns the packed file */
export async function packPackage(): Promise<string> {
  await run(process.execPath, ['tools/package/build-package.ts'], {
    env: { ...process.env, PATH },
    maxBuffer: 32 * 2 ** 20,
  });
  const directory = mkdtempSync(join(tmpdir(), 'packed-'));
  await run('npm', ['pack', '--pack-destination', directory], { cwd: 'dist' });
  const [file = ''] = readdirSync(directory);
  return join(directory, file);
}
