import type { ChangeRecord } from '../../prices/store/change-record.ts';
import type { SeriesStatus } from './status.ts';

export const VIEWS = ['overview', 'sales', 'reports', 'prices', 'keys'] as const;
export type View = (typeof VIEWS)[number];

/** What the page shows: a view, and in it one date of a series or one price change. */
export type Place = { view: View; series?: string; date?: string; change?: string };

/** The name of a series in addresses: `acme/85012345/SALES/SUMMARY/DAILY`. */
export const seriesName = ({ team, vendor, report }: Pick<SeriesStatus, 'team' | 'vendor' | 'report'>) =>
  `${team}/${vendor}/${report}`;

/** The name of a price change in addresses: `acme/winter-sale`. */
export const changeName = ({ team, changeId }: Pick<ChangeRecord, 'team' | 'changeId'>): string =>
  `${team}/${changeId}`;
