import { JobError } from '../../platform/errors.ts';

export type TableErrorCode =
  | 'NOT_GZIP'
  | 'GZIP_DAMAGED'
  | 'HEADER_MISSING'
  | 'HEADER_DIFFERS'
  | 'COLUMN_MISSING'
  | 'COLUMN_REPEATED'
  | 'TOO_MANY_COLUMNS'
  | 'LINE_TOO_LONG'
  | 'FILE_TOO_LARGE'
  | 'FIELD_COUNT'
  | 'VALUE_MALFORMED'
  | 'SCALE_EXCEEDED'
  | 'TOTALS_MALFORMED'
  | 'TOTALS_DIFFER';

/** A report file that cannot become a table. Names the line, the column and what was expected. */
export class TableError extends JobError<TableErrorCode> {
  /** The column whose values need more decimals than its type has: `SCALE_EXCEEDED` only. */
  readonly column: string | undefined;

  constructor(code: TableErrorCode, message: string, more: { column?: string; cause?: unknown } = {}) {
    super({ code, message, retryable: false, cause: more.cause });
    this.column = more.column;
  }
}
