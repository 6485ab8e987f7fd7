import { KEYS_PAGE, rotationCommand } from '../../keys/notices/checklist.ts';
import { type KeyStatus, severityOf } from '../../keys/store/key-status.ts';
import { keyUseName, NEEDED_ROLE, USED_BY } from '../../keys/store/key-use.ts';
import type { Status } from '../model/status.ts';
import { command } from '../page/command.ts';
import { html, type Markup } from '../page/html.ts';
import { distance, momentOf } from '../page/moment.ts';

const HEALTH: Record<KeyStatus['health'], { name: string; meaning: string }> = {
  well: { name: 'accepted', meaning: 'Apple accepts it for what its job needs' },
  refused: { name: 'refused', meaning: 'Apple does not accept it, or the secret gives no key' },
  unknown: { name: 'not known', meaning: 'Apple could not be asked' },
};

/** The view Keys: a card a key with its age against the limit, its health, and what to do next. */
export const keysView = ({ keys, asOf }: Status): Markup =>
  html`<section aria-labelledby="keys"><h2 id="keys">Keys</h2>${
    keys.length === 0
      ? html`<p class="quiet">No key was checked yet; the check runs every morning. Check now: <code>asc-jobs keys check</code></p>`
      : html`<div class="grid wide">${keys.map((status) => keyCard(status, asOf))}</div>`
  }</section>`;

function keyCard(status: KeyStatus, now: number): Markup {
  const { key, health, findings, diagnoses, skewSeconds } = status;
  const { name, meaning } = HEALTH[health];
  return html`<article class="card"><h3><bdi>${keyUseName(status)}</bdi></h3>
<p><span class="state health-${health}">${name}</span> ${meaning}; checked ${distance(status.checkedAt, now)}.</p>
${key !== undefined && ageBar(key)}
<dl>${
    key !== undefined &&
    html`<dt>Key</dt><dd><code>${key.keyId}</code>, ${key.kind} key${key.role !== undefined && html`, role ${key.role}`} (its job needs ${NEEDED_ROLE[status.job]})</dd>`
  }<dt>Stored in</dt><dd><code>${status.secretName}</code></dd><dt>Used by</dt><dd>${USED_BY[status.job].join(', ')}${status.sharedWith.length > 0 && `; also ${status.sharedWith.join(', ')}`}</dd>${
    skewSeconds !== undefined &&
    html`<dt>Clock</dt><dd>${Math.abs(skewSeconds) <= 1 ? 'agrees with Apple’s' : `Apple’s is ${skewSeconds} s ${skewSeconds > 0 ? 'ahead' : 'behind'}`}</dd>`
  }${
    status.lastAcceptedAt !== undefined &&
    html`<dt>Last accepted</dt><dd>${momentOf(status.lastAcceptedAt)}</dd>`
  }</dl>
${
  findings.length > 0 &&
  html`<ul class="findings">${findings.map(({ severity, text }) => html`<li class="${severity}">${text}</li>`)}</ul>`
}
${
  diagnoses.length > 0 &&
  html`<h4>Why, and what to do</h4><ol>${diagnoses.map(
    ({ confidence, fix, docs }) =>
      html`<li><b>${confidence}</b>: ${fix} <span class="quiet">${docs}</span></li>`,
  )}</ol>`
}
${isPressing(status) && nextStep(status)}</article>`;
}

/** A note is no reason to rotate. */
const isPressing = ({ findings }: KeyStatus): boolean =>
  ['warning', 'problem'].includes(severityOf(findings) ?? '');

const nextStep = (status: KeyStatus): Markup =>
  html`<p class="next">Next: make a key on <a href="${KEYS_PAGE}" rel="noreferrer">Apple’s page</a>, then ${command(rotationCommand(status))}</p>`;

const WIDTH = 300;
const STEPS = [0.75, 0.9, 1];

/** How old a key is beside its limit, with the marks at which people are reminded. */
function ageBar({ ageDays, maxAgeDays, remainingDays, rotateBy }: NonNullable<KeyStatus['key']>): Markup {
  const scale = WIDTH / Math.max(maxAgeDays * 1.15, ageDays);
  const level = remainingDays <= 0 ? 'problem' : ageDays >= maxAgeDays * 0.75 ? 'warning' : 'good';
  const left = remainingDays >= 0 ? `${remainingDays} left` : `${-remainingDays} over`;
  const text = `${ageDays} of ${maxAgeDays} days old, ${left}; rotate by ${rotateBy}`;
  return html`<figure class="age"><svg viewBox="0 0 ${WIDTH} 20" role="img" aria-label="${text}"><rect class="track" width="${WIDTH}" y="4" height="12" rx="3"/><rect class="age-${level}" width="${Math.max(ageDays * scale, 2).toFixed(1)}" y="4" height="12" rx="3"/>${STEPS.map(
    (step) =>
      html`<line class="${step === 1 ? 'limit' : 'mark'}" x1="${(maxAgeDays * step * scale).toFixed(1)}" x2="${(maxAgeDays * step * scale).toFixed(1)}" y1="1" y2="19"/>`,
  )}</svg><figcaption>${text}</figcaption></figure>`;
}
