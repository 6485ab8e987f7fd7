/** 24 November 2026, 09:07 in California. */
export const NOW = Date.parse('2026-11-24T17:07:00Z');
export const DAY = 24 * 3_600_000;

/** A name as somebody might give an app to break the page. */
export const HOSTILE = `"><script>document.title='owned'</script><img src=x onerror="document.title='owned'">\u202egnp.`;

/** A digest as the ledger has it, another for each index. */
export const sha = (index: number): string => index.toString(16).padStart(64, 'a');
