import type { ReportVersions } from '../../functions/reports/vendor/report-versions.ts';
import type { VendorRefusal, VendorRefusals } from '../../functions/reports/vendor/vendor-refusals.ts';

/** No version but the configured one was ever named. */
export const configuredVersions: ReportVersions = {
  changeOf: async () => undefined,
  prefetch: async () => undefined,
  noteChange: async () => [],
};

/** Reports have the columns of the catalogue. */
export const noNewColumns = { note: async () => undefined };

/** The rules of what Apple refuses of vendors, without DynamoDB. */
export function createMemoryRefusals(): VendorRefusals {
  const refusals = new Map<string, VendorRefusal>();
  const keyOf = ({ team, vendor }: { team: string; vendor: string }, sk: string) => `${team}/${vendor} ${sk}`;
  return {
    list: async (vendor) =>
      [...refusals].filter(([key]) => key.startsWith(keyOf(vendor, ''))).map(([, refusal]) => refusal),
    note: async (vendor, refusal) => {
      const key = keyOf(vendor, refusal.sk);
      if ((refusals.get(key)?.nextAttemptAt ?? 0) < refusal.nextAttemptAt) refusals.set(key, refusal);
    },
    clear: async (vendor, cleared) => {
      for (const { sk } of cleared) refusals.delete(keyOf(vendor, sk));
    },
  };
}
