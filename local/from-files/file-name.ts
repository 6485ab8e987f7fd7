/**
 * What a file's name tells. Apple's forms, with and without `_1_` and `_V1_0`:
 * `S_D_1_85012345_20261123_V1_0.txt.gz`, `Subscription_Event_85012345_20261123_V1_4.txt.gz`, `85012345_1026_US.txt`.
 * Source: "Report file names"; names in the headers of answers.
 */
export type FileName = {
  vendor?: string;
  /** As in the name: `20261123`, `202611`, `2026`, or `1026` (month and year) of finance reports. */
  date?: string;
  /** Region of a finance report. */
  region?: string;
};

export function readFileName(path: string): FileName {
  const [stem = ''] = (path.split(/[\\/]/).at(-1) ?? '').split('.');
  const parts = stem.replace(/\s*\(\d+\)$/, '').split(/[_\-\s]+/);
  // A vendor number has eight digits in every file seen, but nothing promises that.
  const vendorAt = parts.findIndex((part) => /^8\d{7}$/.test(part));
  const at = vendorAt === -1 ? parts.findIndex((part) => /^\d{5,12}$/.test(part) && !isDate(part)) : vendorAt;
  if (at === -1) {
    const date = parts.find(isDate);
    return date === undefined ? {} : { date };
  }
  const [vendor = '', date = '', region = ''] = parts.slice(at);
  return {
    vendor,
    ...(/^(\d{8}|\d{6}|\d{4})$/.test(date) && { date }),
    ...(/^[A-Z][A-Z0-9]$/.test(region) && { region }),
  };
}

const isDate = (text: string): boolean => /^20\d{2}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])$/.test(text);
