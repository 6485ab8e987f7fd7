/** Nothing is known of versions and vendors: what most deployments have. */
export const nothingKnown = {
  marks: { list: async () => new Map(), note: async () => undefined, forget: async () => undefined },
  versions: {
    changeOf: async () => undefined,
    prefetch: async () => undefined,
    noteChange: async () => [],
  },
  vendors: { list: async () => [], note: async () => undefined, clear: async () => undefined },
};
