import { watchExchanges } from '../../local/simulator/server/exchanges.ts';
import { createContract } from './contract.ts';
import { unexplained } from './known-gaps.ts';
import { appleOpenApi } from './openapi.ts';

// `node --import ./test/apple-contract/watch.ts …`: holds every request to the simulator, and every answer that no
// fault replaced, against Apple's contract. A problem is printed and fails the process.

watch(createContract(appleOpenApi()));

function watch({ requestProblems, answerProblems }: ReturnType<typeof createContract>): void {
  const found = new Set<string>();
  let checked = 0;
  watchExchanges((exchange) => {
    checked += 1;
    const replaced = exchange.fault !== undefined && exchange.fault !== 'latency';
    const problems = [...requestProblems(exchange), ...(replaced ? [] : answerProblems(exchange))];
    for (const problem of unexplained(problems)) found.add(problem);
  });
  process.on('exit', () => {
    const lines = [
      `${checked} requests held against Apple’s contract, ${found.size} problems`,
      ...[...found].map((problem) => `  ${problem}`),
    ];
    if (checked > 0) process.stdout.write(`${lines.join('\n')}\n`);
    if (found.size > 0) process.exitCode = 1;
  });
}
