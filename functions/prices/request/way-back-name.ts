import { sha256Hex } from '../../platform/util/hash.ts';

const LONGEST_NAME = 128;

/** The change that takes the temporary price of another one back: `until-2026-12-31.2/<change>`, by attempt. */
export function wayBackName(on: string, attempt: number, changeId: string): string {
  const name = `until-${on}.${attempt}/${changeId}`;
  return name.length <= LONGEST_NAME ? name : `until-${on}.${attempt}/${sha256Hex(changeId)}`;
}

/** Whether a change is called like a way back. People may call theirs so too: for texts only. */
export const isWayBackName = (changeId: string): boolean => /^until-\d{4}-\d\d-\d\d\.\d+\//.test(changeId);
