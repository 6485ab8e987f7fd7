import { medianStorageDelay } from '../../reports/partition/arrival.ts';
import { countStates, DAY_STATE_SIGNS, needsPerson } from '../model/day-states.ts';
import { type Place, seriesName } from '../model/place.ts';
import { type AppSales, DAY_STATES, type SeriesStatus, type Status } from '../model/status.ts';
import { type Frame, link } from '../page/frame.ts';
import { heatMap, ownerOf } from '../page/heat-map.ts';
import { html, type Markup } from '../page/html.ts';
import { counted, distance, momentOf } from '../page/moment.ts';
import { sparkline } from '../page/sparkline.ts';
import { partitionHistory } from './partition-history.ts';

/** So many pictures of sales; a wider choice is a query. */
const MOST_SALES = 24;

/** The view Reports: the chosen partition, then a calendar a series, then what was sold. */
export function reportsView(status: Status, frame: Frame, place: Place): Markup {
  const { series, sales, asOf } = status;
  return html`${chosenDay(status, frame, place)}
<section aria-labelledby="series"><h2 id="series">Reports</h2>${
    series.length === 0
      ? html`<p class="quiet">The settings name no report.</p>`
      : html`${legend(series)}${series.map((one) => seriesCard(frame, one, asOf))}`
  }</section>${sales !== undefined && salesSection(sales)}`;
}

function chosenDay(
  { series, asOf }: Status,
  frame: Frame,
  { series: name, date }: Place,
): Markup | undefined {
  if (name === undefined || date === undefined) return undefined;
  const found = series.find((one) => seriesName(one) === name);
  const day = found?.days.find((one) => one.date === date);
  if (found === undefined || day === undefined)
    return html`<section class="card" id="chosen"><p>Nothing is known of ${name} on ${date}.</p></section>`;
  return partitionHistory(frame, found, day, asOf);
}

/** Only the states that occur. */
function legend(series: readonly SeriesStatus[]): Markup {
  const present = new Set(series.flatMap(({ days }) => days.map(({ state }) => state)));
  return html`<ul class="legend" aria-label="What the colours and signs mean">${DAY_STATES.filter((state) =>
    present.has(state),
  ).map((state) => {
    const { sign, name, meaning } = DAY_STATE_SIGNS[state];
    return html`<li><span class="cell ${state}" aria-hidden="true">${sign}</span> <b>${name}</b> <span class="quiet">${meaning}</span></li>`;
  })}</ul>`;
}

function seriesCard(frame: Frame, series: SeriesStatus, now: number): Markup {
  const counts = countStates(series);
  const tally = DAY_STATES.flatMap((state) => {
    const count = counts.get(state);
    return count === undefined ? [] : [`${count} ${DAY_STATE_SIGNS[state].name}`];
  });
  const name = seriesName(series);
  const noteworthy = series.days.filter(({ state }) => needsPerson(state));
  return html`<article class="card"><h3><bdi>${series.report}</bdi></h3>
<p class="quiet">Team <bdi>${series.team}</bdi>, ${ownerOf(series)} <bdi>${series.vendor}</bdi> · ${tally.join(', ')} · ${newest(series, now)}${delayNote(series)}</p>
${versionNote(series)}${heatMap(frame, series)}
${
  noteworthy.length > 0 &&
  html`<ul class="findings">${noteworthy
    .slice(-5)
    .map(
      ({ date, state, item }) =>
        html`<li class="problem">${link(frame, { view: 'reports', series: name, date }, date)} is ${DAY_STATE_SIGNS[state].name}: ${item?.lastAnswer ?? 'no answer yet'}</li>`,
    )}${noteworthy.length > 5 && html`<li>and ${noteworthy.length - 5} more</li>`}</ul>`
}
<details><summary>All dates as a table</summary>${dateTable(frame, series)}</details></article>`;
}

/** How long after Apple had them the newest dates were stored. */
function delayNote({ days }: SeriesStatus): string | false {
  const delay = medianStorageDelay(days.flatMap(({ item }) => item ?? []));
  if (delay === undefined) return false;
  const minutes = Math.ceil(delay.millis / 60_000);
  return ` · stored at most ${counted(minutes, 'minute')} after Apple had it (median of ${counted(delay.dates, 'date')})`;
}

function versionNote({ versionChange }: SeriesStatus): Markup | false {
  if (versionChange === undefined) return false;
  const { asked, version, changedAt } = versionChange;
  return html`<p>Apple serves version ${version} in place of ${asked}, which is configured; ${version} is asked for since ${momentOf(changedAt)}.</p>`;
}

function newest({ days }: SeriesStatus, now: number): string {
  const last = days.findLast(({ item }) => item?.storedAt !== undefined);
  return last?.item?.storedAt === undefined
    ? 'none stored yet'
    : `newest: ${last.date}, stored ${distance(last.item.storedAt, now)}`;
}

function dateTable(frame: Frame, series: SeriesStatus): Markup {
  const name = seriesName(series);
  return html`<div class="scroll" role="region" tabindex="0" aria-label="Dates of ${name}"><table><thead><tr><th scope="col">Report date</th><th scope="col">State</th><th scope="col" class="number">Rows</th><th scope="col">Stored</th><th scope="col">Versions</th></tr></thead><tbody>${series.days
    .toReversed()
    .map(
      ({ date, state, item }) =>
        html`<tr><th scope="row">${link(frame, { view: 'reports', series: name, date }, date)}</th><td>${DAY_STATE_SIGNS[state].name}</td><td class="number">${item?.rows}</td><td>${item?.storedAt !== undefined && momentOf(item.storedAt)}</td><td>${item?.sha256 !== undefined && item.versions.length + 1}</td></tr>`,
    )}</tbody></table></div>`;
}

function salesSection(sales: readonly AppSales[]): Markup {
  return html`<section aria-labelledby="sales"><h2 id="sales">Units and proceeds</h2>
<p class="quiet">By app and currency, from the daily sales tables. Bars are units, the line is proceeds; currencies are never added together.</p>
<div class="grid">${sales.slice(0, MOST_SALES).map(salesCard)}</div>
${sales.length > MOST_SALES && html`<p class="quiet">${counted(sales.length - MOST_SALES, 'more pair')} of app and currency: asc-jobs reports query</p>`}</section>`;
}

function salesCard({ app, currency, totalUnits, totalProceeds, days }: AppSales): Markup {
  const [first, last] = [days[0]?.date ?? '', days.at(-1)?.date ?? ''];
  const label = `${app} in ${currency}, ${first} to ${last}: ${totalUnits} units, ${totalProceeds} ${currency} proceeds`;
  return html`<figure class="card"><figcaption><b><bdi>${app}</bdi></b> <span class="tag">${currency}</span><br><span class="quiet">${totalUnits} units · ${totalProceeds} ${currency}</span></figcaption>${sparkline(
    days.map(({ units }) => Number(units)),
    days.map(({ proceeds }) => Number(proceeds)),
    label,
  )}</figure>`;
}
