import { existsSync, readFileSync } from 'node:fs';
import { statusSchema } from '../functions/status/model/status.ts';
import { serveUntilStopped } from '../functions/status/server/serve-until-stopped.ts';
import { serveStatus } from '../functions/status/server/status-server.ts';
import { script } from '../tools/script/script.ts';
import { SNAPSHOT } from './demo/status-snapshot.ts';
import { readLocalStack } from './local-stack.ts';

const PORT = 8642;

script('npm run status', 'What the last npm start left, as a page; the variable PORT says where.')
  .addHelpText(
    'after',
    '\nA stack that is up: npx asc-jobs status --serve, with --local for that of npm run local.',
  )
  .parse();

if (existsSync(SNAPSHOT)) {
  const status = statusSchema.parse(JSON.parse(readFileSync(SNAPSHOT, 'utf8')));
  const server = await serveStatus(async () => status, Number(process.env['PORT'] ?? PORT), console.error);
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
