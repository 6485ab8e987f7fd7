import { createKeyCircuitBreaker } from '../../functions/app-store-connect/auth/key-circuit-breaker.ts';
import { createKeyLedger } from '../../functions/keys/store/key-ledger.ts';
import { createPriceLedger } from '../../functions/prices/store/price-ledger.ts';
import { conditionalWriteContract } from './conditional-write-contract.ts';
import { keyCircuitBreakerContract } from './key-circuit-breaker-contract.ts';
import { keyLedgerContract } from './key-ledger-contract.ts';
import { priceLedgerContract } from './price-ledger-contract.ts';
import { reportLedgerContract } from './report-ledger-contract.ts';
import type { OpenDocuments } from './tables.ts';

/** All that the jobs rely on in DynamoDB. */
export function ledgerContract(documents: OpenDocuments): void {
  conditionalWriteContract(documents);
  reportLedgerContract(documents);
  priceLedgerContract((clock) => createPriceLedger({ documents: documents(), table: 'Prices', clock }));
  keyLedgerContract((clock) => createKeyLedger({ documents: documents(), table: 'Keys', clock }));
  keyCircuitBreakerContract((clock) =>
    createKeyCircuitBreaker({ documents: documents(), table: 'RateBudget', clock }),
  );
}
