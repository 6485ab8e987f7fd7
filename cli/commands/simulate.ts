import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { serveUntilStopped } from '../../functions/status/server/serve-until-stopped.ts';
import { startSimulator } from '../../local/simulator/index.ts';
import { addSampleKey } from '../../local/simulator/samples/sample-key.ts';
import { SAMPLE_PRODUCTS, stockSamples } from '../../local/simulator/samples/sample-stock.ts';
import type { Register } from '../context/context.ts';
import { portOption } from '../options/port-option.ts';
import { EXIT } from '../terminal/exit-code.ts';
import { printJson } from '../terminal/table.ts';

const optionsSchema = z.object({ port: z.number(), keys: z.string() });

const TEAM = 'acme';
const VENDOR = '85012345';

export const registerSimulate: Register = (program, _run, runAlone) => {
  program
    .command('simulate')
    .description(
      'an App Store Connect of your own on 127.0.0.1, with sample data, for tests of other programs',
    )
    .addOption(portOption(8650))
    .option('--keys <directory>', 'where the keys of this run are put', '.local/simulator-keys')
    .addHelpText(
      'after',
      `
It verifies tokens, roles and scopes as Apple does, and forgets everything when it stops.

Example:
  asc-jobs simulate --port 8650`,
    )
    .action(
      runAlone(optionsSchema, async ({ io, json }, { port, keys: directory }) => {
        const simulator = await startSimulator({ clock: io, port });
        const issuerId = randomUUID();
        simulator.addTeam({ name: TEAM, issuerId, vendors: [VENDOR] });
        stockSamples(simulator, { team: TEAM, vendor: VENDOR, now: io.now() });
        mkdirSync(directory, { recursive: true });
        const keys = (['FINANCE', 'APP_MANAGER'] as const).map((role, index) => {
          const keyId = `SAMPLEKEY${index + 1}`;
          const privateKeyPem = addSampleKey(simulator, { team: TEAM, keyId, role });
          const file = join(directory, `AuthKey_${keyId}.p8`);
          writeFileSync(file, privateKeyPem, { mode: 0o600 });
          return { keyId, issuerId, role, file };
        });
        const facts = { url: simulator.origin, vendor: VENDOR, keys, products: SAMPLE_PRODUCTS };
        if (json) printJson(io, facts);
        else
          io.out(
            `Vendor ${VENDOR}, issuer ${issuerId}\n${keys.map(({ keyId, role, file }) => `  ${keyId}  ${role.padEnd(11)}  ${file}`).join('\n')}\nProducts: ${Object.entries(
              SAMPLE_PRODUCTS,
            )
              .map(([kind, id]) => `${kind} ${id}`)
              .join(', ')}\n`,
          );
        await serveUntilStopped(json ? { ...io, out: io.err } : io, 'App Store Connect', {
          url: simulator.origin,
          close: () => simulator.close(),
        });
        return EXIT.ok;
      }),
    );
};
