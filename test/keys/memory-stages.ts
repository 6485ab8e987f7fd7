import type { SecretStages } from '../../functions/keys/rotate/staging-labels.ts';
import { MAXIMUM_LABELS } from '../../functions/keys/store/rotation.ts';

/** Label → the version that holds it. */
export type Labels = Map<string, string>;

/** As Secrets Manager has it: what AWSCURRENT leaves gets AWSPREVIOUS. */
export function putLabel(labels: Labels, label: string, versionId: string): void {
  const before = labels.get(label);
  labels.set(label, versionId);
  if (label === 'AWSCURRENT' && before !== undefined) labels.set('AWSPREVIOUS', before);
}

/**
 * Secrets Manager's labels in memory: who moves one says which version it leaves, and is refused if that is not so; there
 * are 20 at most.
 *
 * @param moved told of a label that was put on a version
 */
export const memoryStages = (
  labelsOf: (secretName: string) => Labels,
  moved: (secretName: string, label: string, versionId: string) => void = () => undefined,
): SecretStages => ({
  describe: async (secretName) => {
    const found: Record<string, string[]> = {};
    for (const [label, version] of labelsOf(secretName)) found[version] = [...(found[version] ?? []), label];
    return found;
  },
  update: async (secretName, label, { from, to }) => {
    const labels = labelsOf(secretName);
    if (labels.get(label) !== from)
      throw Object.assign(new Error('the label is elsewhere'), { name: 'InvalidParameterException' });
    if (to !== undefined && !labels.has(label) && labels.size >= MAXIMUM_LABELS)
      throw Object.assign(new Error('too many labels'), { name: 'LimitExceededException' });
    if (to === undefined) labels.delete(label);
    else {
      putLabel(labels, label, to);
      moved(secretName, label, to);
    }
  },
});
