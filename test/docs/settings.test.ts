import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { settingsSchema } from '../../functions/platform/config/settings-schema.ts';

describe('The table of settings in README.md', () => {
  const readme = readFileSync('README.md', 'utf8');
  const table = readme.slice(readme.indexOf('\n## Settings'), readme.indexOf('\n## Use it'));

  it('has every setting of a deployment', () => {
    const names = Object.keys(settingsSchema.shape);
    assert.ok(names.length > 8);
    assert.deepEqual(
      names.filter((name) => !new RegExp(`\\| \`${name}[\`.[]`).test(table)),
      [],
    );
  });

  it('has every setting of a team, a vendor and an app', () => {
    const team = settingsSchema.shape.teams.element.shape;
    const names = [
      ...Object.keys(team).map((name) => `teams[].${name}`),
      ...Object.keys(team.vendors.unwrap().element.shape).map((name) => `teams[].vendors[].${name}`),
      ...Object.keys(team.apps.unwrap().element.shape).map((name) => `teams[].apps[].${name}`),
    ];
    // The versions of a vendor's reports stand beside those of all.
    assert.deepEqual(
      names.filter((name) => !table.includes(`\`${name}`) && name !== 'teams[].vendors[].reportVersions'),
      [],
    );
  });
});
