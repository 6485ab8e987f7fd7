import type { Context } from '../../context/context.ts';
import { type ExitCode, exitCodeOf } from '../../terminal/exit-code.ts';
import { changeJson } from '../../terminal/json-shapes.ts';
import { printJson } from '../../terminal/table.ts';
import { type Answer, answerFinding, renderAnswer } from './price-answers.ts';
import { renderChanges } from './price-table.ts';
import { outcomeFinding, waitForChanges } from './wait-for-changes.ts';

/** Prints what was answered, as the result of a command. */
export function printAnswer(context: Context, answer: Answer): ExitCode {
  if (context.json) printJson(context.io, answer);
  else context.io.out(`${renderAnswer(context, answer)}\n`);
  return exitCodeOf([answerFinding(answer)]);
}

/** Waits for a change and prints what it came to, as the result of a command. */
export async function printOutcome(
  context: Context,
  change: { team: string; changeId: string },
): Promise<ExitCode> {
  const records = await waitForChanges(context, [change]);
  if (context.json)
    printJson(
      context.io,
      records.map((record) => changeJson(record)),
    );
  else context.io.out(`${renderChanges(context, records)}\n`);
  return exitCodeOf(records.map(outcomeFinding));
}
