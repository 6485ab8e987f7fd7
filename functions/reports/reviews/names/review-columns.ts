import { type Column, type ColumnType, DATE, NUMBER, TEXT } from '../../table/column-type.ts';

const column = (name: string, type: ColumnType, comment: string): Column & { comment: string } => ({
  header: name,
  name,
  type,
  required: true,
  comment,
});

/** The table of reviews: one row per version of a review. */
export const REVIEW_COLUMNS: readonly (Column & { comment: string })[] = [
  column('review_id', TEXT, "Apple's id of the review."),
  column('version', NUMBER, '1, and one more each time that the review or its response was seen changed.'),
  column(
    'change',
    TEXT,
    'new; edited by the customer; response: the answer came, changed or went; gone: Apple has the review no more, the row has no text; back: Apple has it again.',
  ),
  column('seen_at', TEXT, 'When this version was first seen, ISO 8601 in UTC.'),
  column('created_at', TEXT, "Apple's date of the review, ISO 8601 in UTC."),
  column('created_day', DATE, 'The same as a Pacific day.'),
  column('rating', NUMBER, '1 to 5 stars.'),
  column('title', TEXT, "The customer's text on one line: as hostile as any stranger's."),
  column('body', TEXT, "The customer's text on one line; the raw file has its line breaks."),
  column('reviewer_nickname', TEXT, 'Name that the customer chose.'),
  column('territory', TEXT, 'Storefront, three letters, see territories.'),
  column('response_id', TEXT, "Apple's id of the answer; NULL where there is none."),
  column('response_state', TEXT, 'PUBLISHED or PENDING_PUBLISH.'),
  column('response_body', TEXT, "The developer's answer on one line."),
  column('response_modified_at', TEXT, 'When the answer was last changed, ISO 8601 in UTC.'),
];

/** The partitions as columns, as engines show them. */
export const REVIEW_PARTITIONS: readonly (Column & { comment: string })[] = [
  column('team', TEXT, 'Team of the settings.'),
  column('app', TEXT, 'Apple ID of the app.'),
  column('report_date', TEXT, 'Pacific day on which a version was first seen.'),
];
