import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import * as z from 'zod';
import { formatProblems, JobError } from '../../functions/platform/errors.ts';
import type { Clock } from '../../functions/platform/util/clock.ts';
import { shellWord } from '../../functions/platform/util/shell-quote.ts';
import { problemsOf } from '../../functions/platform/validation/problems.ts';
import { readJson } from '../../functions/platform/validation/read-json.ts';
import { serveUntilStopped } from '../../functions/status/server/serve-until-stopped.ts';
import { clientEnvironment } from '../../local/simulator/https/client-environment.ts';
import { type Simulator, startSimulator } from '../../local/simulator/index.ts';
import {
  type BehaviourFile,
  behaviourFileSchema,
  behaviourOf,
} from '../../local/simulator/rules/behaviour-file.ts';
import { addSampleKey } from '../../local/simulator/samples/sample-key.ts';
import { SAMPLE_APPS, SAMPLE_PRODUCTS, stockSamples } from '../../local/simulator/samples/sample-stock.ts';
import type { Register } from '../context/context.ts';
import { portOption } from '../options/port-option.ts';
import { EXIT } from '../terminal/exit-code.ts';
import { printJson } from '../terminal/table.ts';

const optionsSchema = z.object({
  port: z.number(),
  keys: z.string(),
  host: z.union([z.ipv4('must be an IP address'), z.ipv6('must be an IP address')]).optional(),
  https: z.boolean().default(false),
  behaviour: z.string().optional(),
});

const TEAM = 'acme';
const VENDOR = '85012345';
/** What the roles of the keys are for: reports and finance, prices and apps, everything. */
const ROLES = ['FINANCE', 'APP_MANAGER', 'ADMIN'] as const;

export const registerSimulate: Register = (program, _run, runAlone) => {
  program
    .command('simulate')
    .description(
      'an App Store Connect of your own on 127.0.0.1, with sample data, for tests of other programs',
    )
    .addOption(portOption(8650))
    .option('--keys <directory>', 'where the keys of this run are put', '.local/simulator-keys')
    .option('--host <address>', 'where it listens; 0.0.0.0 within a container (default: 127.0.0.1)')
    .option('--https', 'also over https, and under Apple’s own host name through a proxy')
    .option(
      '--behaviour <file>',
      'behave as this file says, such as that of `asc-jobs try --probe`; docs/simulator.md lists the points',
    )
    .addHelpText(
      'after',
      `
It verifies tokens, roles and scopes as Apple does, and forgets everything when it stops. What Apple has and it does
not play is answered with 501 and the code SIMULATOR.NOT_PLAYED.

With --https it prints the variables that lead an unchanged client of https://api.appstoreconnect.apple.com here.

Examples:
  asc-jobs simulate --port 8650
  asc-jobs simulate --https`,
    )
    .action(
      runAlone(optionsSchema, async ({ io, json }, options) => {
        const started = await startWithSamples(io, options);
        if (json) printJson(io, factsOf(started));
        else io.out(textOf(started));
        const { simulator } = started;
        await serveUntilStopped(json ? { ...io, out: io.err } : io, 'App Store Connect', {
          url: simulator.origin,
          close: () => simulator.close(),
        });
        return EXIT.ok;
      }),
    );
};

type Started = {
  simulator: Simulator;
  issuerId: string;
  /** A key per role, and the file that it was written to. */
  keys: readonly { keyId: string; issuerId: string; role: (typeof ROLES)[number]; file: string }[];
  /** Variables for a client that knows Apple's address only. `undefined` without https. */
  environment: Readonly<Record<string, string>> | undefined;
};

async function startWithSamples(
  clock: Clock,
  { port, host, keys: directory, https, behaviour }: z.output<typeof optionsSchema>,
): Promise<Started> {
  const simulator = await startSimulator({
    clock,
    port,
    ...(host !== undefined && { host }),
    ...(https && { https }),
    ...(behaviour !== undefined && { behaviour: behaviourOf(readBehaviour(behaviour)) }),
  });
  const issuerId = randomUUID();
  simulator.addTeam({ name: TEAM, issuerId, vendors: [VENDOR], apps: SAMPLE_APPS });
  stockSamples(simulator, { team: TEAM, vendor: VENDOR, now: clock.now() });
  mkdirSync(directory, { recursive: true });
  const keys = ROLES.map((role, index) => {
    const keyId = `SAMPLEKEY${index + 1}`;
    const privateKeyPem = addSampleKey(simulator, { team: TEAM, keyId, role });
    const file = join(directory, `AuthKey_${keyId}.p8`);
    writeFileSync(file, privateKeyPem, { mode: 0o600 });
    return { keyId, issuerId, role, file };
  });
  return { simulator, issuerId, keys, environment: environmentOf(simulator.https, directory) };
}

const factsOf = ({ simulator, keys, environment }: Started) => ({
  url: simulator.origin,
  vendor: VENDOR,
  keys,
  products: SAMPLE_PRODUCTS,
  ...(environment && { https: { url: simulator.https?.origin, environment } }),
});

function textOf({ simulator, issuerId, keys, environment }: Started): string {
  const products = Object.entries(SAMPLE_PRODUCTS).map(([kind, id]) => `${kind} ${id}`);
  return [
    `Vendor ${VENDOR}, issuer ${issuerId}`,
    ...keys.map(({ keyId, role, file }) => `  ${keyId}  ${role.padEnd(11)}  ${file}`),
    `Products: ${products.join(', ')}`,
    tryText(simulator.origin, issuerId, keys[0]?.file ?? '') +
      (environment === undefined ? '' : environmentText(environment)),
  ].join('\n');
}

/** One line for another terminal, to be copied as it is. */
const tryText = (url: string, issuerId: string, file: string): string =>
  `To see its numbers, in another terminal:\n  APP_STORE_CONNECT_BASE_URL=${url} npx asc-jobs try --p8 ${shellWord(file)} --issuer ${issuerId} --vendor ${VENDOR} --dir .local/simulated\n`;

/** @throws JobError `BEHAVIOUR_INVALID` naming every problem */
function readBehaviour(file: string): BehaviourFile {
  const read = readJson(readFileSync(file, 'utf8'));
  const parsed = read.kind === 'ok' ? behaviourFileSchema.safeParse(read.value) : undefined;
  if (parsed?.success) return parsed.data;
  const problems =
    read.kind === 'rejected' ? read.problems : problemsOf(parsed?.error.issues ?? [], '(file)');
  throw new JobError({
    code: 'BEHAVIOUR_INVALID',
    message: `${file} is not a file of behaviours (docs/simulator.md shows the form):\n${formatProblems(problems)}`,
    retryable: false,
  });
}

/** What leads a client here that knows Apple's address only; the authority to be trusted is put into a file. */
function environmentOf(
  https: Simulator['https'],
  directory: string,
): Readonly<Record<string, string>> | undefined {
  return https === undefined
    ? undefined
    : clientEnvironment(https, resolve(directory, 'simulator-authority.pem'));
}

const environmentText = (environment: Readonly<Record<string, string>>): string =>
  `For clients of https://api.appstoreconnect.apple.com:\n${Object.entries(environment)
    .map(([name, value]) => `  export ${name}=${value}`)
    .join('\n')}\n`;
