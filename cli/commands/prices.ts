import type { Register } from '../command.ts';
import { registerPricesApply } from './prices-apply.ts';
import { registerPricesApprove } from './prices-approve.ts';
import { registerPricesDiff } from './prices-diff.ts';
import { registerPricesPlan } from './prices-plan.ts';
import { registerPricesRollback } from './prices-rollback.ts';
import { registerPricesStatus } from './prices-status.ts';

export const registerPrices: Register = (program, run, runAlone) => {
  const prices = program.command('prices').description('price changes: plans, approvals, proofs, ways back');
  for (const register of [
    registerPricesPlan,
    registerPricesApply,
    registerPricesApprove,
    registerPricesStatus,
    registerPricesRollback,
    registerPricesDiff,
  ])
    register(prices, run, runAlone);
};
