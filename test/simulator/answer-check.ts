import assert from 'node:assert/strict';
import { createContract } from '../apple-contract/contract.ts';
import { unexplained } from '../apple-contract/known-gaps.ts';
import { appleOpenApi } from '../apple-contract/openapi.ts';
import type { Heard } from './apple.ts';

const api = appleOpenApi();
const contract = api && createContract(api);

/** Holds an answer of the simulator against Apple’s contract, where Apple’s file is there. */
export function checkAnswer(method: string, target: string, { status, headers, bytes }: Heard): void {
  const contentType = headers.get('content-type') ?? undefined;
  const path = target.split('?')[0] ?? '';
  const answer = { status, contentType, body: bytes };
  if (contract !== undefined)
    assert.deepEqual(unexplained(contract.answerProblems({ method, path, answer })), []);
}
