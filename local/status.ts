import { existsSync, readFileSync } from 'node:fs';
import { Option } from 'commander';
import { statusSchema } from '../functions/status/model/status.ts';
import { serveUntilStopped } from '../functions/status/server/serve-until-stopped.ts';
import { serveStatus } from '../functions/status/server/status-server.ts';
import { requireFreePort } from '../tools/script/free-port.ts';
import { portNumber, script } from '../tools/script/script.ts';
import { SNAPSHOT } from './demo/status-snapshot.ts';
import { readLocalStack } from './local-stack.ts';

const { port } = script('npm run status', 'What the last npm start left, as a page.')
  .addOption(
    new Option('--port <port>', 'on which port; 0: any free one')
      .argParser(portNumber)
      .default(8642)
      .env('PORT'),
  )
  .addHelpText(
    'after',
    '\nA stack that is up: npx asc-jobs status --serve, with --local for that of npm run local.',
  )
  .parse()
  .opts<{ port: number }>();

if (existsSync(SNAPSHOT)) {
  await requireFreePort(port, 'npm run status');
  const status = statusSchema.parse(JSON.parse(readFileSync(SNAPSHOT, 'utf8')));
  const server = await serveStatus(async () => status, port, console.error);
  if (readLocalStack() !== undefined)
    console.error('For the stack that npm run local serves: npx asc-jobs status --serve --local');
  await serveUntilStopped(
    { out: console.log, err: console.error },
    'The status page of the last npm start',
    server,
  );
} else {
  console.error(`There is nothing to show yet. Run npm start first; it leaves ${SNAPSHOT}.
The status of a deployed stack: npx asc-jobs status --serve`);
  process.exitCode = 1;
}
