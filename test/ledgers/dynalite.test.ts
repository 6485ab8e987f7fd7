import { after, before, describe } from 'node:test';
import { startTables, type Tables } from '../../local/aws/tables.ts';
import { emptyLedger, memoryLedger } from '../prices/memory.ts';
import { ledgerContract } from './contract.ts';
import { priceLedgerContract } from './price-ledger-contract.ts';
import { LEDGER_TABLES } from './tables.ts';

describe('The ledgers on dynalite', () => {
  let tables: Tables;
  before(async () => {
    tables = await startTables(LEDGER_TABLES);
  });
  after(() => tables.close());
  ledgerContract(() => tables.documents);
});

describe('In memory, as tests of prices have it', () => {
  priceLedgerContract((clock) => memoryLedger(emptyLedger(), clock));
});
