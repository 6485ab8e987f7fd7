import assert from 'node:assert/strict';
import { createContract } from '../apple-contract/contract.ts';
import { unexplained } from '../apple-contract/known-gaps.ts';
import { appleOpenApi } from '../apple-contract/openapi.ts';
import type { Heard } from './apple.ts';

const contract = createContract(appleOpenApi());

/** Holds a response of the simulator against Apple’s contract. */
export function checkAnswer(method: string, target: string, { status, headers, bytes }: Heard): void {
  const contentType = headers.get('content-type') ?? undefined;
  const path = target.split('?')[0] ?? '';
  const answer = { status, contentType, body: bytes };
  assert.deepEqual(unexplained(contract.answerProblems({ method, path, answer })), []);
}
