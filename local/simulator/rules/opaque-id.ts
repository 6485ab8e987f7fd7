/** Apple's form of ids and cursors that say nothing to a client: base64url of a small JSON. */
export const opaqueId = (parts: object): string => Buffer.from(JSON.stringify(parts)).toString('base64url');
