import { MINUTE_MILLIS } from '../../platform/util/time.ts';
import { medianStorageDelay } from '../../reports/partition/arrival.ts';
import { countStates, DAY_STATE_SIGNS } from '../model/day-states.ts';
import { type ReportFinding, reportFindings } from '../model/findings.ts';
import { type Place, seriesName } from '../model/place.ts';
import { DAY_STATES, type SeriesStatus, type Status } from '../model/status.ts';
import { type Frame, link } from '../page/frame.ts';
import { heatMap, ownerOf } from '../page/heat-map.ts';
import { html, type Markup } from '../page/html.ts';
import { counted, dayLabel, distance, momentOf } from '../page/moment.ts';
import { partitionHistory } from './partition-history.ts';

/** Series of more dates have the whole width. */
const LONG_DAYS = 130;
/** So many dates with the same cause are named. */
const MAXIMUM_DATES = 5;

/** The view Reports: the chosen partition, then a calendar per series. */
export function reportsView(status: Status, frame: Frame, place: Place): Markup {
  const { series, asOf, numbers } = status;
  return html`${chosenDay(status, frame, place)}
<section aria-labelledby="series"><h2 id="series">Reports</h2>${
    series.length === 0
      ? html`<p class="quiet">The settings name no report.</p>`
      : html`${legend(series)}<div class="grid calendars">${series.map((status) => seriesCard(frame, status, { now: asOf, names: numbers?.names ?? {} }))}</div>`
  }</section>`;
}

function chosenDay(
  { series, asOf }: Status,
  frame: Frame,
  { series: name, date }: Place,
): Markup | undefined {
  if (name === undefined || date === undefined) return undefined;
  const found = series.find((status) => seriesName(status) === name);
  const day = found?.days.find((candidate) => candidate.date === date);
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

/** An app by its name, where a report has told it. */
const ownerLabel = ({ report, vendor }: SeriesStatus, names: Readonly<Record<string, string>>): Markup => {
  const name = ownerOf({ report }) === 'app' ? names[`app/${vendor}`] : undefined;
  return name === undefined ? html`<bdi>${vendor}</bdi>` : html`<bdi>${name}</bdi> (${vendor})`;
};

function seriesCard(
  frame: Frame,
  series: SeriesStatus,
  { now, names }: { now: number; names: Readonly<Record<string, string>> },
): Markup {
  const counts = countStates(series);
  const tally = DAY_STATES.flatMap((state) => {
    const count = counts.get(state);
    return count === undefined ? [] : [`${count} ${DAY_STATE_SIGNS[state].name}`];
  });
  const name = seriesName(series);
  const causes = reportFindings([series]);
  return html`<article class="card${series.days.length > LONG_DAYS && ' long'}"><h3><bdi>${series.report}</bdi></h3>
<p class="quiet">Team <bdi>${series.team}</bdi>, ${ownerOf(series)} ${ownerLabel(series, names)} · ${tally.join(', ')} · ${newest(series, now)}${delayNote(series)}</p>
${versionNote(series)}${heatMap(frame, series)}
${causes.length > 0 && html`<ul class="findings">${causes.map((cause) => causeItem(frame, name, cause))}</ul>`}
<details><summary>All dates as a table</summary>${dateTable(frame, series)}</details></article>`;
}

/** One message per cause, with its newest dates. */
function causeItem(frame: Frame, name: string, { severity, state, reason, series }: ReportFinding): Markup {
  const dates = series.flatMap((named) => named.dates);
  const more = dates.length - MAXIMUM_DATES;
  return html`<li class="${severity}">${more > 0 && `${counted(more, 'earlier date')}, `}${dates
    .slice(-MAXIMUM_DATES)
    .map(
      (date, index) =>
        html`${index > 0 && ', '}${link(frame, { view: 'reports', series: name, date }, date)}`,
    )} ${dates.length === 1 ? 'is' : 'are'} ${DAY_STATE_SIGNS[state].name}: ${reason ?? 'no answer yet'}</li>`;
}

/** How long after Apple had them the newest dates were stored. */
function delayNote({ days }: SeriesStatus): string | false {
  const delay = medianStorageDelay(days.flatMap(({ item }) => item ?? []));
  if (delay === undefined) return false;
  const minutes = Math.ceil(delay.millis / MINUTE_MILLIS);
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
  return html`<div class="scroll" role="region" tabindex="0" aria-label="Dates of ${name}"><table><thead><tr><th scope="col">Report date</th><th scope="col">State</th><th scope="col" class="number">Rows</th><th scope="col">Stored</th><th scope="col" class="number">Versions</th></tr></thead><tbody>${series.days
    .toReversed()
    .map(
      ({ date, state, item }) =>
        html`<tr><th scope="row" class="short">${link(frame, { view: 'reports', series: name, date }, date)} ${date.length === 10 && html`<span class="quiet">${dayLabel(date).slice(0, 3)}</span>`}</th><td>${DAY_STATE_SIGNS[state].name}</td><td class="number">${item?.rows}</td><td class="short">${item?.storedAt !== undefined && momentOf(item.storedAt)}</td><td class="number">${item?.sha256 !== undefined && item.versions.length + 1}</td></tr>`,
    )}</tbody></table></div>`;
}
