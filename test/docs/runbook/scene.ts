import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { GetQueueAttributesCommand, SQSClient, StartMessageMoveTaskCommand } from '@aws-sdk/client-sqs';
import type { FaultEffect } from '../../../local/simulator/index.ts';
import { makeKey, secretOf, type World } from '../../../local/world/world.ts';
import { type Operator, operatorOf } from '../../cli/operator/operator.ts';
import {
  checkAndCompare,
  DAY,
  FIRST_MORNING,
  hour,
  hours,
  startWatchedWorld,
} from '../../faults/alarms/alarm-world.ts';
import { wordsOf } from '../fences.ts';
import { askLogs, fieldOf } from './logs-insights.ts';

const RUNBOOK = readFileSync('docs/runbook.md', 'utf8').replaceAll('\r', '');

/** A paragraph by its parts: what stands after `**Check.**` and so on. */
function paragraphOf(id: string): Record<'Check' | 'Fix', string> {
  const [, text = ''] = new RegExp(`^### ${id}\\n([\\s\\S]*?)(?=^##)`, 'm').exec(`${RUNBOOK}\n##`) ?? [];
  const part = (label: string): string =>
    new RegExp(`\\*\\*${label}\\*\\*([\\s\\S]*?)(?=\\n\\*\\*|$)`).exec(text)?.[1] ?? '';
  return { Check: part('Check\\.'), Fix: part('Fix\\.') };
}

/** One failure: how it comes, what must be found where the paragraph says to look, and what ends it. */
export type Failure = {
  alarm: string;
  /** What stands for a name in capitals. */
  names?: Record<string, string>;
  comes(scene: Scene): Promise<void>;
  /** The morning's reports are not fetched before it comes. */
  early?: true;
  /** The true cause, in the lines and the output that "Check" leads to. */
  tells: RegExp;
  /** Other alarms that are on meanwhile. */
  besides?: string[];
  mended(scene: Scene): Promise<void>;
};

/** A world in which things fail, and an operator who does what the runbook says. */
export class Scene {
  readonly world: World;
  readonly #operator: Operator;
  /** Epoch milliseconds of the day's first run. */
  morning = FIRST_MORNING;
  /** Fields that queries name, and whether any line had them: an error or a reason is not in every one. */
  readonly shownFields: Map<string, boolean>;

  private constructor(world: World, shownFields: Map<string, boolean>) {
    this.world = world;
    this.#operator = operatorOf(world);
    this.shownFields = shownFields;
  }

  static async start(shownFields: Map<string, boolean>): Promise<Scene> {
    return new Scene(await startWatchedWorld(), shownFields);
  }

  get yesterday(): string {
    return new Date(this.morning - DAY).toISOString().slice(0, 10);
  }

  /** What Apple answers from now on to who asks for yesterday's reports. */
  answer(effect: FaultEffect): void {
    this.world.simulator.faults.add({
      match: { query: { 'filter[reportDate]': this.yesterday } },
      times: Number.POSITIVE_INFINITY,
      effect,
    });
  }

  /** "Then fetch it again", by a request to the planner. */
  async fetchAgain(): Promise<void> {
    const { simulator, cloud } = this.world;
    simulator.faults.clear();
    await cloud.invoke('PlanReports', { from: this.yesterday, to: this.yesterday });
    await cloud.drain();
    await this.redrive('ReportDeadLetters');
    await hours(this.world, 2);
  }

  async nextDay(): Promise<void> {
    this.morning += DAY;
    await this.world.passTo(this.morning);
    await checkAndCompare(this.world);
    await hour(this.world);
  }

  async newKey(keyId: string, createdAt = this.world.clock.now()): Promise<void> {
    const issuerId = this.world.keys.get('acme')?.issuerId ?? '';
    const key = makeKey(this.world.simulator, { team: 'acme', issuerId, keyId, role: 'FINANCE' });
    await this.world.storeReportsSecret('acme', secretOf(key, createdAt));
  }

  /** Follows "Check": runs its commands, asks its queries. Gives all that they show. */
  async look(id: string, names: Record<string, string>, since: number): Promise<string> {
    const { Check } = paragraphOf(id);
    let shown = '';
    for (const [, command = ''] of Check.matchAll(/^(npx asc-jobs .+)$/gm))
      shown += await this.#said(id, command, names);
    for (const [, before = '', query = ''] of Check.matchAll(/([\s\S]*?)```text\n([\s\S]*?)```/g)) {
      const functions = [...before.matchAll(/`([A-Z]\w+)`/g)].map(([, name = '']) => name);
      const lines = this.world.cloud
        .logs()
        .filter(({ functionId, at }) => at >= since && functions.includes(functionId))
        .map(({ line }) => line);
      const named = Object.entries(names).reduce(
        (text, [name, value]) => text.replaceAll(name, value),
        query,
      );
      const found = askLogs(named, lines);
      assert.ok(found.lines.length > 0, `${id}: nothing is found in ${functions} by\n${named}`);
      for (const field of found.fields) {
        const isThere = found.lines.some((line) => fieldOf(line, field) !== undefined);
        this.shownFields.set(field, isThere || this.shownFields.get(field) === true);
      }
      shown += found.lines.map((line) => line['@message']).join('\n');
    }
    return shown;
  }

  /** Runs a command of "Fix" (or of "Resolved when") as it stands there. */
  async fix(id: string, command: string, names: Record<string, string>, part = 'Fix'): Promise<void> {
    const text = part === 'Fix' ? paragraphOf(id).Fix : RUNBOOK;
    const [whole = ''] = new RegExp(`${command}[^\`]*`).exec(text.replaceAll(/\s*\n/g, ' ')) ?? [];
    assert.notEqual(whole, '', `${id} does not name ${command}`);
    await this.#said(id, whole, names);
  }

  /** Sends dead letters back with the command that "Fix" gives, until they are worked on or dead letters again. */
  async redrive(id: string): Promise<void> {
    const { cloud } = this.world;
    const [, output = ''] =
      /aws sqs start-message-move-task --source-arn "\$\(queue_arn (\w+)\)"/.exec(paragraphOf(id).Fix) ?? [];
    const sqs = new SQSClient(cloud.clientConfig);
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: cloud.outputs[output], AttributeNames: ['QueueArn'] }),
    );
    await sqs.send(new StartMessageMoveTaskCommand({ SourceArn: Attributes?.['QueueArn'] }));
    sqs.destroy();
    await cloud.drain();
  }

  /** Messages in a queue, found by its id. */
  depth(queueId: string): Promise<number> {
    const { cloud } = this.world;
    return cloud.queueDepth(cloud.nameOf('AWS::SQS::Queue', queueId));
  }

  /** Runs a command. @returns all that it prints */
  async #said(id: string, command: string, names: Record<string, string>): Promise<string> {
    const words = wordsOf(command)
      .slice(2)
      .map((word) => names[word] ?? word);
    const { exit, out, err } = await this.#operator.run(words, 'yes');
    assert.notEqual(exit, 3, `${id}: ${command}\n${out}${err}`);
    return `${out}${err}`;
  }
}
