import type { Command } from 'commander';
import * as z from 'zod';
import type { Register, Run } from '../../context/context.ts';
import { apply } from '../prices/apply.ts';
import { registerPricesApprove } from '../prices/approve.ts';
import { registerPricesClose } from '../prices/close.ts';
import { plan } from '../prices/plan.ts';
import { registerPricesRollback } from '../prices/rollback.ts';
import { registerPricesStatus } from '../prices/status.ts';
import { teamOf, tryOptionsSchema } from './try-options.ts';

const planOptions = z.object({
  apply: z.boolean().default(false),
  yes: z.boolean().default(false),
  markdown: z.boolean().default(false),
});

/** Price changes from the folder: the same plan, limits, approval and worker as in AWS. */
export const registerTryPrices: Register = (tryCommand, run, runAlone) => {
  const prices = tryCommand
    .command('prices')
    .description('plan a price change with this key; nothing is sent without --apply');
  registerTryPlan(prices, run);
  const others: readonly Register[] = [
    registerPricesApprove,
    registerPricesClose,
    registerPricesStatus,
    registerPricesRollback,
  ];
  for (const register of others) register(prices, run, runAlone);
  withTeamOfFolder(tryCommand, prices);
};

/**
 * `try` has an option --team of its own, which it takes wherever it stands, so that a command below that requires one would
 * never get it. A folder has one team: that is it.
 */
function withTeamOfFolder(tryCommand: Command, prices: Command): void {
  const teamOptionOf = (command: Command) =>
    command.options.find((option) => option.attributeName() === 'team');
  for (const command of prices.commands) teamOptionOf(command)?.makeOptionMandatory(false);
  prices.hook('preAction', (_, command) => {
    if (teamOptionOf(command) !== undefined)
      command.setOptionValue('team', teamOf(tryOptionsSchema.parse(tryCommand.opts())));
  });
}

const registerTryPlan = (prices: Parameters<Register>[0], run: Run): void => {
  prices
    .command('plan')
    .argument('<files...>', 'requests as .json or .csv, see docs/prices.md')
    .description('what price changes would do. Exit code 2 where one is refused')
    .option('--markdown', 'as Markdown')
    .option('--apply', 'show the plan, ask, and bring the prices to Apple, exactly once each')
    .option('--yes', 'with --apply: do not ask')
    .addHelpText(
      'after',
      `
A request names the team of the folder, which is "mine" unless --team was given.

Examples:
  asc-jobs try prices plan winter-sale.json
  asc-jobs try prices plan winter-sale.json --apply`,
    )
    .action(
      run(planOptions, (context, { apply: isMeant, yes, markdown }, files) =>
        isMeant ? apply(context, { yes, wait: true }, files) : plan(context, { markdown }, files),
      ),
    );
};
