import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  planMarkdown,
  planSentence,
  problemsMarkdown,
} from '../../../functions/prices/plan/plan-rendering.ts';
import { planOf } from '../../status/sample/changes.ts';

describe('A plan in words', () => {
  it('says how many territories move, how far at most, and how many stay', () => {
    const plan = planOf('sale');
    // 41.99, 42.99 and 50.99 after 49.99; a first price; one that stays.
    const some = ['AGO', 'AIA', 'AUT', 'AFG', 'AZE'];
    const few = { ...plan, entries: plan.entries.filter(({ territory }) => some.includes(territory)) };
    assert.equal(
      planSentence(few),
      'subscription 6448311069, from 2026-11-26 on: 4 of 5 territories change (2 down, by up to 16 % (AGO); 1 up, by up to 2 % (AZE); 1 first price), 1 stay as they are. 0 requests to Apple.',
    );
  });

  it('says so when there is nothing to do', () => {
    const plan = planOf('sale');
    const still = { ...plan, entries: plan.entries.map((entry) => ({ ...entry, kind: 'none' as const })) };
    assert.equal(
      planSentence(still),
      'subscription 6448311069: every price is as asked for already; nothing is sent.',
    );
  });
});

describe('A plan as Markdown', () => {
  it('is a table that GitHub takes in one comment', () => {
    const text = planMarkdown(planOf('sale'));
    assert.ok(text.length < 65_536, `${text.length} characters`);
    assert.equal(text.match(/^\| [A-Z]{3} \|/gm)?.length, 167);
  });

  it('lets no name become markup, a mention or a new row', () => {
    const text = planMarkdown(planOf('a|b\n<img src=x> @team `x` [y](z)', 'x | y\n| z'));
    assert.match(text, /^### a\\\|b &lt;img src=x&gt; @\u200bteam \\`x\\` \\\[y\\\]\(z\)$/m);
    assert.match(text, /\| x \\\| y \\\| z \|$/m);
  });

  it('lists why there is no plan', () => {
    assert.equal(
      problemsMarkdown('sale', [{ path: 'FRA', message: 'rises by 40 %, over 30 %' }]),
      '### sale\n\n**Refused.** Nothing is sent.\n\n- FRA: rises by 40 %, over 30 %\n',
    );
  });
});
