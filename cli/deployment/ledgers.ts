import { createKeyLedger, type KeyLedger } from '../../functions/keys/store/key-ledger.ts';
import {
  type CampaignLedger,
  createCampaignLedger,
} from '../../functions/prices/campaign/store/campaign-ledger.ts';
import { createPriceLedger, type PriceLedger } from '../../functions/prices/store/price-ledger.ts';
import { createReportLedger, type ReportLedger } from '../../functions/reports/partition/ledger.ts';
import type { Context } from '../context/context.ts';

// The deployment's ledgers, read with the operator's own credentials.

export const reportLedger = async ({ aws, io }: Context): Promise<ReportLedger> =>
  createReportLedger({ documents: aws.documents, table: await aws.output('ReportsTableName'), clock: io });

export const changeLedger = async ({ aws, io }: Context): Promise<PriceLedger> =>
  createPriceLedger({ documents: aws.documents, table: await aws.output('PricesTableName'), clock: io });

export const campaignLedger = async ({ aws, io }: Context): Promise<CampaignLedger> =>
  createCampaignLedger({ documents: aws.documents, table: await aws.output('PricesTableName'), clock: io });

export const keyLedger = async ({ aws, io }: Context): Promise<KeyLedger> =>
  createKeyLedger({ documents: aws.documents, table: await aws.output('KeysTableName'), clock: io });
