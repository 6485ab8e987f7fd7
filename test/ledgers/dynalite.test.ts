import { after, before, describe } from 'node:test';
import type { KeyCircuitBreaker } from '../../functions/app-store-connect/auth/key-circuit-breaker.ts';
import { startTables, type Tables } from '../../local/aws/services/tables.ts';
import { createMemoryCircuitBreaker } from '../faults/product/actors/memory-access.ts';
import { emptyKeyLedger, memoryKeyLedger } from '../keys/memory-key-ledger.ts';
import { createMemoryTables } from '../memory-tables/memory-documents.ts';
import { emptyLedger, memoryLedger } from '../prices/memory.ts';
import { ledgerContract } from './contract.ts';
import { keyCircuitBreakerContract } from './key-circuit-breaker-contract.ts';
import { keyLedgerContract } from './key-ledger-contract.ts';
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

describe('The ledgers on the tables in memory that histories have', () => {
  const { documents } = createMemoryTables(LEDGER_TABLES);
  ledgerContract(() => documents);
});

describe('In memory, as tests of prices and histories have them', () => {
  priceLedgerContract((clock) => memoryLedger(emptyLedger(), clock));
  keyLedgerContract((clock) => memoryKeyLedger(emptyKeyLedger(), clock));
  let breaker: KeyCircuitBreaker | undefined;
  keyCircuitBreakerContract((clock) => {
    breaker ??= createMemoryCircuitBreaker(clock);
    return breaker;
  });
});
