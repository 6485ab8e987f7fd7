import assert from 'node:assert/strict';
import type { OutgoingEvent } from '../../../../functions/events/event-types.ts';
import {
  type CampaignRecord,
  isCampaignOver,
  needsCare,
} from '../../../../functions/prices/campaign/model/campaign-record.ts';
import { type ChangeRecord, isOver } from '../../../../functions/prices/store/change-record.ts';

/** Every campaign has come to an end that fits what became of its members, and was told once. */
export function assertCampaignsAtRest(
  campaigns: readonly CampaignRecord[],
  changes: Readonly<Record<string, ChangeRecord>>,
  events: readonly OutgoingEvent[],
): void {
  for (const record of campaigns) {
    const { team, campaign, state, outcome } = record;
    const place = `${team} ${campaign} (${state}: ${outcome})`;
    assert.ok(isCampaignOver(record), `${place} is never over`);
    assert.ok(!needsCare(record), `${place}: something is still to be done`);
    const members = record.members.map(({ changeId }) => changes[`${team}#${changeId}`]);
    for (const member of members)
      assert.ok(member !== undefined && isOver(member), `${place}: a member goes on`);
    const states = members.map((member) => member?.state);
    if (state === 'applied')
      assert.deepEqual(new Set(states), new Set(['applied']), `${place}: not all of it`);
    // A member whose prices Apple shows already counts as applied, without a write.
    if (record.beganAt === undefined)
      assert.ok(!members.some((member) => member?.everSent), `${place}: a member was sent before it began`);
    const told = events.filter(
      ({ detailType, detail }) =>
        detailType === 'Price Campaign Ended' && detail['team'] === team && detail['campaign'] === campaign,
    );
    // What was refused at the door names no members, and no later delivery of the same request is accepted.
    const refused = told.filter(({ detail }) => detail['members'] === undefined);
    assert.deepEqual(refused, [], `${place}: told as refused, and accepted`);
    const ids = new Set(told.map(({ detail }) => detail['id']));
    assert.equal(ids.size, 1, `${place}: told as ended ${ids.size} times`);
  }
}
