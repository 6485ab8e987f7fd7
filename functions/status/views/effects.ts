import type { EffectLook, StatusNumbers } from '../model/numbers.ts';
import { changeName } from '../model/place.ts';
import { type Frame, link } from '../page/frame.ts';
import { html, type Markup } from '../page/html.ts';
import { dayLabel } from '../page/moment.ts';

/** What the newest price changes did, as far as it was measured. */
export function effectsCard({ effects = [], names }: StatusNumbers, frame: Frame): Markup | false {
  if (effects.length === 0) return false;
  return html`<section class="card effects" aria-labelledby="effects"><h2 id="effects">What price changes did</h2>${effects.map(
    (look) =>
      html`<h3>${link(frame, { view: 'prices', change: changeName(look) }, html`<bdi>${look.changeId}</bdi>`)} ${productName(look, names)}</h3>${lookText(look)}`,
  )}<p class="quiet">Compared with the territories whose price stayed; where none did, with what the sentence names. No proof of a cause: a campaign that began there on the same day cannot be told from the price.</p></section>`;
}

/** The looks at one change, for its own view. */
export function effectOf(
  { team, changeId }: Pick<EffectLook, 'team' | 'changeId'>,
  numbers: StatusNumbers | undefined,
): Markup | false {
  const newest = numbers?.effects?.find((look) => look.team === team && look.changeId === changeId);
  return newest !== undefined && html`<h3>What it did</h3>${lookText(newest)}`;
}

const productName = ({ product }: EffectLook, names: StatusNumbers['names']): Markup | false => {
  const name = names[`${product.kind}/${product.id}`];
  return name !== undefined && html`<span class="quiet"><bdi>${name}</bdi></span>`;
};

const lookText = ({ lookDays, changeDay, measures }: EffectLook): Markup =>
  html`<p class="quiet">${lookDays === 7 ? 'First look, ' : ''}${lookDays} days after ${dayLabel(changeDay)}</p><ul class="findings">${measures.map(
    ({ measure, outcome, words }) =>
      html`<li><b>${measure.replaceAll('_', ' ')}</b> <span class="tag">${outcome}</span><br>${words}</li>`,
  )}</ul>`;
