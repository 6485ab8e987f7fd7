import { Stack } from 'aws-cdk-lib';
import { type CfnDatabase, CfnTable } from 'aws-cdk-lib/aws-glue';
import { Construct } from 'constructs';
import { REVIEW_COLUMNS } from '../../functions/reports/reviews/names/review-columns.ts';
import {
  REVIEWS_TABLE,
  type SubscribedReviews,
} from '../../functions/reports/reviews/names/review-series.ts';
import { PROCESSING_DATES } from './analytics-tables.ts';
import { parquetTable } from './parquet-table.ts';

export type ReviewsTableProps = {
  database: CfnDatabase;
  databaseName: string;
  bucket: string;
  /** Every app whose reviews are or were kept. */
  subscribed: readonly SubscribedReviews[];
};

/** Customer reviews, one row per version, by the Pacific day on which it was first seen. */
export class ReviewsTable extends Construct {
  constructor(
    scope: Construct,
    id: string,
    { database, databaseName, bucket, subscribed }: ReviewsTableProps,
  ) {
    super(scope, id);
    const values = (of: 'team' | 'app') => [...new Set(subscribed.map(({ series }) => series[of]))].join(',');
    new CfnTable(this, REVIEWS_TABLE, {
      catalogId: Stack.of(this).account,
      databaseName,
      tableInput: parquetTable({
        name: REVIEWS_TABLE,
        description:
          'Customer reviews, one row per version of a review, by the day on which it was first seen. Use reviews_latest for reviews as they are now.',
        bucket,
        columns: REVIEW_COLUMNS,
        partitions: {
          team: { type: 'enum', values: values('team') },
          app: { type: 'enum', values: values('app') },
          report_date: PROCESSING_DATES,
        },
      }),
    }).addResourceDependency(database);
  }
}
