import type { Mistake } from './mistake.ts';

/** Mistakes with keys, tokens and gates that the histories of the whole product must notice. */
export const KEY_MISTAKES: readonly Mistake[] = [
  {
    mistake: 'a 5xx after a write is taken for "not done"',
    file: 'functions/app-store-connect/client/http-exchange.ts',
    from: 'throw isWrite && status >= 500 ? inDoubt(error) : error;',
    to: 'throw error;',
  },
  {
    mistake: 'a lost connection during a write is taken for "not done"',
    file: 'functions/app-store-connect/client/http-exchange.ts',
    from: ", method !== 'GET', error);",
    to: ', false, error);',
  },
  {
    mistake: 'a token of a write is used again',
    file: 'functions/app-store-connect/auth/token-source.ts',
    from: "forWrite: async () => mintToken(await key(), { kind: 'write' }, dated),",
    to: "forWrite: async () => {\n      const kept = cache.get('write') ?? (await mintToken(await key(), { kind: 'write' }, dated));\n      cache.set('write', kept);\n      return kept;\n    },",
  },
  {
    mistake: 'a refused key does not open its circuit',
    file: 'functions/app-store-connect/client/client.ts',
    from: '        await tokens.refused(error);\n',
    to: '',
  },
  {
    mistake: 'Apple is called without asking the circuit breaker',
    file: 'functions/app-store-connect/client/client.ts',
    from: 'const writeOnce = async ({ method, path, body }: ApiWrite, deadline: number): Promise<unknown> => {\n    await tokens.enter();\n',
    to: 'const writeOnce = async ({ method, path, body }: ApiWrite, deadline: number): Promise<unknown> => {\n',
  },
  {
    mistake: 'a circuit that was opened is never closed again',
    file: 'functions/app-store-connect/auth/token-source.ts',
    from: 'if (current.versionId !== before.versionId) permission = await breaker.allowRequest(await currentVersion());',
    to: 'current = undefined;',
  },
  {
    mistake: 'a new key is put into use though Apple refuses it',
    file: 'functions/keys/rotate/rotate-key.ts',
    from: "if (probe.outcome === 'refused') {",
    to: "if (probe.endpoint === 'never') {",
  },
  {
    mistake: 'a rotation is closed while Apple still takes the old key',
    file: 'functions/keys/rotate/follow-up-rotations.ts',
    from: 'if (accepted === false) return',
    to: 'if (accepted !== undefined) return',
  },
  {
    mistake: 'a rotation that was cut short undoes a later one',
    file: 'functions/keys/rotate/promote.ts',
    from: 'if (current === oldVersionId || current === versionId || oldVersionId === undefined)',
    to: 'if (current !== "never")',
  },
  {
    mistake: 'a notice counts as sent before it is',
    file: 'functions/keys/notices/send-notice.ts',
    from: '  await deps.notify({ id: noticeText({ keyId, step }), ...message });\n  await deps.ledger.noteSent({ keyId, step });\n',
    to: '  await deps.ledger.noteSent({ keyId, step });\n  await deps.notify({ id: noticeText({ keyId, step }), ...message });\n',
  },
  {
    mistake: 'a rotation is closed while somebody else is about to tell of it',
    file: 'functions/keys/rotate/follow-up-rotations.ts',
    from: 'if (!(await sendOnce(deps, closedNotice(rotation, oldKeyId)))) return;',
    to: 'await sendOnce(deps, closedNotice(rotation, oldKeyId));',
  },
  {
    mistake: 'a key that came into use at the very moment of a rotation is undone',
    file: 'functions/keys/rotate/promote.ts',
    from: "moveFrom(secretName, 'AWSCURRENT', current, versionId)",
    to: "move(secretName, 'AWSCURRENT', versionId)",
  },
  {
    mistake: 'a notice is sent without a claim',
    file: 'functions/keys/notices/send-notice.ts',
    from: "if (claim !== 'won') return claim === 'sent';",
    to: '',
  },
  {
    mistake: 'a rotation stands still once it was cut short',
    file: 'functions/keys/rotate/promote.ts',
    from: "if (rotation.state !== 'promoting') return rotation;",
    to: "if (rotation.state !== 'promoting' || deps.clock.now() - rotation.startedAt > 60_000) return rotation;",
  },
  {
    mistake: 'a key that Apple refuses keeps its circuit closed for the daily check',
    file: 'functions/keys/check-keys.ts',
    from: "if (status.health === 'well') await breaker.recordSuccess(key);",
    to: "if (status.health !== 'unknown') await breaker.recordSuccess(key);",
  },
];
