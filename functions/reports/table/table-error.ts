import { JobError } from '../../platform/errors.ts';

export type TableErrorCode =
  | 'NOT_GZIP'
  | 'GZIP_DAMAGED'
  | 'NOT_UTF8'
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
  constructor(code: TableErrorCode, message: string, more: { cause?: unknown } = {}) {
    super({ code, message, retryable: false, cause: more.cause });
  }
}
