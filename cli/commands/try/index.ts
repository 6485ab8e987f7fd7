import type { Register, Run } from '../../context/context.ts';
import { registerMcp } from '../mcp/index.ts';
import { registerNumbers } from '../numbers/numbers.ts';
import { registerReports } from '../reports/index.ts';
import { registerStatus } from '../status.ts';
import { registerTryExport } from './export.ts';
import { registerTryPrices } from './prices.ts';
import { addTry } from './try-command.ts';
import { inFolder } from './try-context.ts';
import { tryOptionsSchema } from './try-options.ts';

/** `try` with all that works in its folder. */
export const registerTry: Register = (program, _run, runAlone) => {
  const command = addTry(program, runAlone);
  const run: Run = (schema, action) =>
    runAlone(schema, (local, options, args) =>
      inFolder(local, tryOptionsSchema.parse(command.opts()), (context) => action(context, options, args)),
    );
  for (const register of [
    registerReports,
    registerNumbers,
    registerTryPrices,
    registerStatus,
    registerTryExport,
    registerMcp,
  ])
    register(command, run, runAlone);
};
