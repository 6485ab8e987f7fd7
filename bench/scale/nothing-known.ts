import { createMemoryMarks } from '../../test/histories/memory-marks.ts';

/** Nothing is known of versions and vendors: what most deployments have. */
export const nothingKnown = {
  marks: createMemoryMarks(),
  versions: { changeOf: async () => undefined, noteChange: async () => undefined },
  vendors: { list: async () => [], note: async () => undefined, clear: async () => undefined },
};
