/**
 * A goal as a line under its table: `Goal: … Met: 1.12.`
 *
 * @param measured the numbers by which it is judged
 * @param missed filled with the goals that are missed
 */
export function goalLine(goal: string, isMet: boolean, measured: string, missed: string[]): string {
  if (!isMet) missed.push(`${goal}: ${measured}`);
  return `Goal: ${goal}. ${isMet ? 'Met' : 'Missed'}: ${measured}.`;
}
