import assert from 'node:assert/strict';
import { type OutgoingEvent, PRICE_CHANGE_EVENT_TYPES } from '../../../../functions/events/event-types.ts';
import type { ChangeRecord } from '../../../../functions/prices/store/change-record.ts';

const ENDS: ReadonlySet<string> = new Set(
  PRICE_CHANGE_EVENT_TYPES.filter((detailType) => detailType !== 'Price Change Planned'),
);

/** The ends that were told, of changes. An event that is delivered again has the same id. */
export class LifeEnds {
  /** Change → ids of its ends → what they are. */
  readonly #ofChanges = new Map<string, Map<string, string>>();

  saw(events: readonly OutgoingEvent[]): void {
    for (const { detailType, detail } of events) {
      if (!ENDS.has(detailType)) continue;
      const changeId = String(detail['changeId']);
      const ends = this.#ofChanges.get(changeId) ?? new Map<string, string>();
      this.#ofChanges.set(changeId, ends.set(String(detail['id']), detailType));
    }
  }

  assertToldOnce({ changeId, state }: ChangeRecord): void {
    const told = [...(this.#ofChanges.get(changeId)?.values() ?? [])];
    assert.ok(told.length > 0, `nobody was told of ${changeId}`);
    assert.equal(told.length, 1, `${changeId} is ${state}, and was told as ${told.join(', ')}`);
  }
}
