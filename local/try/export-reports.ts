import { GetObjectCommand, HeadObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { type DynamoDBDocumentClient, paginateScan } from '@aws-sdk/lib-dynamodb';
import { conditionalUpdate } from '../../functions/platform/aws/conditional-update.ts';
import { hasHttpStatus } from '../../functions/platform/aws/sdk-error.ts';
import { forEachConcurrently } from '../../functions/platform/util/concurrency.ts';
import { type LedgerItem, ledgerItemSchema } from '../../functions/reports/partition/ledger-item.ts';
import { REVIEWS_REPORT } from '../../functions/reports/reviews/names/review-series.ts';
import type { Services } from './services.ts';
import { BUCKET } from './services.ts';
import { TABLES } from './tables.ts';

/** A deployed stack: its bucket and its table of reports. */
export type ExportTarget = {
  s3: S3Client;
  bucket: string;
  documents: DynamoDBDocumentClient;
  table: string;
};

/** `taken`: the stack need not fetch it. `known`: the stack had settled it, or was at it; nothing was changed. */
export type ExportResult = { taken: number; known: number };

const AT_ONCE = 8;
const SHA256_METADATA = 'report-sha256';

/**
 * Hands a folder's settled reports to a deployed stack: raw files, then the table file, then the ledger's item, so that an
 * export that was cut short is simply repeated. Whatever the stack has settled itself stays as it is. Reviews are left out:
 * what is known of them is a chain of looks, and two chains in one ledger would tell versions twice. The stack's first look
 * reads the whole history.
 *
 * @param teams the team's name in the folder, and in the stack
 */
export async function exportReports(
  { documents, s3 }: Pick<Services, 'documents' | 's3'>,
  target: ExportTarget,
  teams: { from: string; to: string },
  onDone: (done: number, all: number) => void,
): Promise<ExportResult> {
  const items = (await settledItems(documents)).filter(
    ({ pk }) => pk.startsWith(`${teams.from}/`) && !pk.endsWith(`/${REVIEWS_REPORT}`),
  );
  const result: ExportResult = { taken: 0, known: 0 };
  let done = 0;
  onDone(0, items.length);
  await forEachConcurrently(items, AT_ONCE, async (item) => {
    const moved = renamed(item, teams);
    const isThere = await copyFiles(s3, target, item, moved);
    if (isThere && (await settleThere(target, moved))) result.taken += 1;
    else result.known += 1;
    done += 1;
    onDone(done, items.length);
  });
  return result;
}

/** Reports that are stored or known to be empty. */
async function settledItems(documents: DynamoDBDocumentClient): Promise<LedgerItem[]> {
  const items: LedgerItem[] = [];
  for await (const { Items = [] } of paginateScan({ client: documents }, { TableName: TABLES.reports }))
    for (const raw of Items) {
      const item = ledgerItemSchema.safeParse(raw).data;
      if (item?.state === 'stored' || item?.state === 'empty') items.push(item);
    }
  return items;
}

/** The same item under another team's name. */
function renamed(item: LedgerItem, { from, to }: { from: string; to: string }): LedgerItem {
  const key = (text: string): string => text.replace(`/team=${from}/`, `/team=${to}/`);
  return {
    ...item,
    pk: `${to}${item.pk.slice(from.length)}`,
    ...(item.rawKey !== undefined && { rawKey: key(item.rawKey) }),
    ...(item.rawKeys !== undefined && { rawKeys: item.rawKeys.map(key) }),
    ...(item.tableKey !== undefined && { tableKey: key(item.tableKey) }),
    versions: item.versions.map((version) => ({
      ...version,
      ...(version.rawKeys !== undefined && { rawKeys: version.rawKeys.map(key) }),
    })),
  };
}

/** @returns whether the stack's table file is the folder's; another one there is left alone */
async function copyFiles(
  s3: S3Client,
  target: ExportTarget,
  from: LedgerItem,
  to: LedgerItem,
): Promise<boolean> {
  if (from.state === 'empty') return true;
  if (from.rawKey !== undefined && to.rawKey !== undefined)
    await copyIfAbsent(s3, from.rawKey, target, to.rawKey);
  for (const [index, key] of (from.rawKeys ?? []).entries())
    await copyIfAbsent(s3, key, target, to.rawKeys?.[index] ?? key);
  if (from.tableKey === undefined || to.tableKey === undefined) return true;
  if (await copyIfAbsent(s3, from.tableKey, target, to.tableKey)) return true;
  const head = await target.s3.send(new HeadObjectCommand({ Bucket: target.bucket, Key: to.tableKey }));
  return head.Metadata?.[SHA256_METADATA] === from.sha256;
}

/** @returns `false`: there is one already */
async function copyIfAbsent(s3: S3Client, from: string, target: ExportTarget, to: string): Promise<boolean> {
  const { Body, Metadata } = await s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: from }));
  const bytes = (await Body?.transformToByteArray()) ?? new Uint8Array();
  try {
    await target.s3.send(
      new PutObjectCommand({
        Bucket: target.bucket,
        Key: to,
        Body: bytes,
        IfNoneMatch: '*',
        ...(Metadata !== undefined && { Metadata }),
      }),
    );
    return true;
  } catch (error) {
    if (hasHttpStatus(error, 412)) return false;
    throw error;
  }
}

/** Settles the report in the stack's ledger, unless a worker has it or it is settled. The fence stays the stack's. */
async function settleThere({ documents, table }: ExportTarget, item: LedgerItem): Promise<boolean> {
  const {
    pk,
    sk,
    fence: _fence,
    leaseUntil: _lease,
    queuedAt: _queued,
    claims: _claims,
    owed: _owed,
    owedMark: _mark,
    ...facts
  } = item;
  const { won } = await conditionalUpdate(documents, {
    table,
    key: { pk, sk },
    set: { ...facts, queuedAt: undefined, nextAttemptAt: undefined },
    condition:
      'attribute_not_exists(#pk) OR (#state IN (:due, :waiting, :failed) AND attribute_not_exists(#leaseUntil))',
    values: { due: 'due', waiting: 'waiting', failed: 'failed' },
  });
  return won;
}
