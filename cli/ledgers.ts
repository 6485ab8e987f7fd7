import { createKeyLedger, type KeyLedger } from '../functions/keys/key-ledger.ts';
import { createPriceLedger, type PriceLedger } from '../functions/prices/price-ledger.ts';
import { createReportLedger, type ReportLedger } from '../functions/reports/ledger.ts';
import type { Context } from './command.ts';

// The deployment's ledgers, read with the operator's own credentials.

export const reportLedger = async ({ aws, io }: Context): Promise<ReportLedger> =>
  createReportLedger({ documents: aws.documents, table: await aws.output('ReportsTableName'), clock: io });

export const changeLedger = async ({ aws, io }: Context): Promise<PriceLedger> =>
  createPriceLedger({ documents: aws.documents, table: await aws.output('PricesTableName'), clock: io });

export const keyLedger = async ({ aws, io }: Context): Promise<KeyLedger> =>
  createKeyLedger({ documents: aws.documents, table: await aws.output('KeysTableName'), clock: io });
