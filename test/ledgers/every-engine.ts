import { after, before, describe } from 'node:test';
import { openTables, type Tables } from '../../local/aws/services/tables.ts';
import { ledgerContract } from './contract.ts';
import { ENGINES } from './engines.ts';
import { LEDGER_TABLES } from './tables.ts';

// `npm run test:ledgers`: the ledgers on every DynamoDB that is installed.

for (const { name, absent, oneAtATime, start } of ENGINES) {
  describe(`The ledgers on ${name}`, { skip: absent ?? false }, () => {
    let engine: Awaited<ReturnType<typeof start>>;
    let tables: Tables;
    before(async () => {
      engine = await start();
      tables = await openTables(engine.endpoint, LEDGER_TABLES);
      if (oneAtATime) sendOneAtATime(tables);
    });
    after(async () => {
      tables?.close();
      await engine?.stop();
    });
    ledgerContract(() => tables.documents);
  });
}

function sendOneAtATime({ documents }: Tables): void {
  let last: Promise<unknown> = Promise.resolve();
  documents.middlewareStack.add(
    (next) => (args) => {
      const result = last.then(() => next(args));
      last = result.catch(() => undefined);
      return result;
    },
    { step: 'initialize' },
  );
}
