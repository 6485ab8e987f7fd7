/** Something that a person should know of a report that was stored all the same. */
export type Remark = {
  code: 'UNITS_DIFFER' | 'HISTORY_CUT';
  /** A sentence for people and logs. */
  message: string;
};
