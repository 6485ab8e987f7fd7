import type { S3Client } from '@aws-sdk/client-s3';
import * as z from 'zod';
import { createSmallObjects } from '../../platform/aws/small-objects.ts';
import type { EpochMillis } from '../../platform/util/clock.ts';
import { readStoredJson } from '../../platform/validation/read-json.ts';
import type { PointStore } from '../plan/point-cache.ts';
import type { Product } from '../request/product.ts';

/** Where price points are kept: `cache/price-points/<team>/<kind>/<id>/<territory>.json`. Safe to delete. */
const PREFIX = 'cache/price-points/';

const markSchema = z.object({ until: z.number() });

/** The mark that somebody reads a product's price points, beside them. */
export const createPlanningMark = (
  s3: S3Client,
  bucket: string,
): {
  until(team: string, product: Product): Promise<EpochMillis | undefined>;
  set(team: string, product: Product, until: EpochMillis): Promise<void>;
} => ({
  until: async (team, product) =>
    readStoredJson(await createPointStore(s3, bucket, team, product).read(MARK), markSchema)?.until,
  set: (team, product, until) =>
    createPointStore(s3, bucket, team, product).write(MARK, JSON.stringify({ until })),
});

/** No territory is called so. */
const MARK = 'planning.json';

/** Price points of one product in the bucket. */
export function createPointStore(s3: S3Client, bucket: string, team: string, product: Product): PointStore {
  const { kind, id, plan } = product;
  const folder = `${PREFIX}${team}/${kind}/${id}${plan === 'MONTHLY' ? '.MONTHLY' : ''}/`;
  return createSmallObjects(s3, bucket, folder);
}
