import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Template, templateSchema } from '../../../infra/quotas/template-shape.ts';
import { appOf } from '../templates.ts';

export const LONGEST_STAGE = 'a-stage-of-16-ch';

/** A deployment of so many teams, each with both keys, three reports, and an app with analytics, reviews and watched prices. */
const settingsOf = (teams: number, more: Record<string, unknown> = {}) => ({
  teams: Array.from({ length: teams }, (_, index) => ({
    name: `team-with-a-long-name-${String(index).padStart(4, '0')}`,
    keys: {
      reports: `app-store-connect/team-with-a-long-name-${String(index).padStart(4, '0')}/reports`,
      prices: `app-store-connect/team-with-a-long-name-${String(index).padStart(4, '0')}/prices`,
    },
    vendors: [
      {
        number: String(80_000_000 + index),
        reports: ['SALES/SUMMARY/DAILY', 'SUBSCRIPTION/SUMMARY/DAILY', 'FINANCIAL/ZZ'],
      },
    ],
    apps: [
      { id: String(1_000_000_000 + index), analytics: ['ANALYTICS/COMMERCE/App Downloads Standard/DAILY'] },
    ],
    prices: { desired: 'enforce', watch: 'all' },
    reviews: { mail: true },
  })),
  ...more,
});

export const PATTERNS = {
  secretPatterns: { reports: 'app-store-connect/*/reports', prices: 'app-store-connect/*/prices' },
};

const templates = new Map<string, Template[]>();

/** Both templates of a deployment. They are written before the synthesis judges them, so refused ones can be read, too. */
export function templatesOf(teams: number, more: Record<string, unknown> = {}, stage = 'prod'): Template[] {
  const key = JSON.stringify([teams, more, stage]);
  const known = templates.get(key);
  if (known !== undefined) return known;
  const app = appOf({ appStoreConnect: settingsOf(teams, more), stage, encryption: 'customer' });
  try {
    app.synth();
  } catch (error) {
    assert.match(String(error), /Validation failed/);
  }
  const made = globSync('*.template.json', { cwd: app.outdir }).map((file) =>
    templateSchema.parse(JSON.parse(readFileSync(join(app.outdir, file), 'utf8'))),
  );
  assert.equal(made.length, 2);
  templates.set(key, made);
  return made;
}
