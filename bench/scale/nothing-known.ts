/** Nothing is known of versions and vendors: what most deployments have. */
export const nothingKnown = {
  versions: { changeOf: async () => undefined, noteChange: async () => undefined },
  vendors: { list: async () => [], note: async () => undefined, clear: async () => undefined },
};
