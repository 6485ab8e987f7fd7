import type { Register } from '../../context/context.ts';
import { registerPricesApply } from './apply.ts';
import { registerPricesApprove } from './approve.ts';
import { registerPricesClose } from './close.ts';
import { registerPricesDiff } from './diff.ts';
import { registerPricesEffect } from './effect.ts';
import { registerPricesMoves } from './moves/moves.ts';
import { registerPricesPlan } from './plan.ts';
import { registerPricesRollback } from './rollback.ts';
import { registerPricesStatus } from './status.ts';

export const registerPrices: Register = (program, run, runAlone) => {
  const prices = program
    .command('prices')
    .description('price changes: plans, approvals, proofs, ways back')
    .addHelpText('after', '\nExamples:\n  asc-jobs prices plan winter-sale.json\n  asc-jobs prices status');
  for (const register of [
    registerPricesPlan,
    registerPricesApply,
    registerPricesApprove,
    registerPricesClose,
    registerPricesStatus,
    registerPricesRollback,
    registerPricesDiff,
    registerPricesEffect,
    registerPricesMoves,
  ])
    register(prices, run, runAlone);
};
