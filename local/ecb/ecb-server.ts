import { createServer } from 'node:http';
import type { Clock } from '../../functions/platform/util/clock.ts';
import { DAY_MILLIS, HOUR_MILLIS, utcDay } from '../../functions/platform/util/time.ts';
import { closeServer, listen } from '../http/loopback.ts';

/** Units per 1 EUR about which the rates of this stand-in move. They are made up. */
const AROUND: Readonly<Record<string, number>> = {
  USD: 1.08,
  JPY: 163,
  CZK: 25.2,
  DKK: 7.46,
  GBP: 0.85,
  HUF: 400,
  PLN: 4.3,
  RON: 4.98,
  SEK: 11.4,
  CHF: 0.95,
  ISK: 149,
  NOK: 11.7,
  TRY: 37,
  AUD: 1.65,
  BRL: 6.1,
  CAD: 1.5,
  CNY: 7.7,
  HKD: 8.4,
  IDR: 17_100,
  ILS: 4,
  INR: 91,
  KRW: 1480,
  MXN: 21,
  MYR: 4.7,
  NZD: 1.8,
  PHP: 62,
  SGD: 1.43,
  THB: 37,
  ZAR: 19.5,
};

/** Rates of a day are published in its afternoon, Central European time. */
const PUBLISHED_AT_UTC_HOUR = 15;
const FIRST_DAY = '2025-01-02';

const isPublicationDay = (day: number): boolean => ![0, 6].includes(new Date(day * DAY_MILLIS).getUTCDay());

/** The rate of a currency on a day: it moves by some percent over months, the same in every run. */
export function localRate(currency: string, day: string): string {
  const around = AROUND[currency] ?? 1;
  const number = Date.parse(`${day}T00:00:00Z`) / DAY_MILLIS;
  const wave = 0.02 * Math.sin(number / 31 + around) + 0.004 * Math.sin(number / 3.7 + around * 2);
  return (around * (1 + wave)).toPrecision(5);
}

/** Rates that were published otherwise at first, by `2026-11-20 USD`. */
export type Corrected = ReadonlyMap<string, string>;

function cube(day: number, corrected: Corrected): string {
  const text = utcDay(day * DAY_MILLIS);
  const rates = Object.keys(AROUND).map((currency) => {
    const rate = corrected.get(`${text} ${currency}`) ?? String(Number(localRate(currency, text)));
    return `<Cube currency="${currency}" rate="${rate}"/>`;
  });
  return `<Cube time="${text}">${rates.join('')}</Cube>`;
}

/** A file in the form of the European Central Bank's, newest day first. */
export function ecbFile(file: string, now: number, corrected: Corrected = new Map()): string | undefined {
  const publications = { 'eurofxref-daily.xml': 1, 'eurofxref-hist-90d.xml': 64, 'eurofxref-hist.xml': 1e6 }[
    file
  ];
  if (publications === undefined) return undefined;
  const days: string[] = [];
  const first = Date.parse(`${FIRST_DAY}T00:00:00Z`) / DAY_MILLIS;
  let day = Math.floor((now - PUBLISHED_AT_UTC_HOUR * HOUR_MILLIS) / DAY_MILLIS);
  for (; day >= first && days.length < publications; day -= 1)
    if (isPublicationDay(day)) days.push(cube(day, corrected));
  return `<?xml version="1.0" encoding="UTF-8"?>
<gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01" xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref">
<gesmes:subject>Reference rates</gesmes:subject><gesmes:Sender><gesmes:name>European Central Bank</gesmes:name></gesmes:Sender>
<Cube>${days.join('\n')}</Cube></gesmes:Envelope>`;
}

export type EcbServer = {
  baseUrl: string;
  /** From now on a day's rate is another one, as after a correction. */
  correct(day: string, currency: string, rate: string): void;
  close(): Promise<void>;
};

/** Serves made-up reference rates on this machine, so that nothing here asks the real host. */
export async function startEcbServer(clock: Clock): Promise<EcbServer> {
  const corrected = new Map<string, string>();
  const server = createServer((request, response) => {
    const text = ecbFile((request.url ?? '').slice('/stats/eurofxref/'.length), clock.now(), corrected);
    response.writeHead(text === undefined ? 404 : 200, { 'content-type': 'text/xml' });
    response.end(text ?? '');
  });
  const port = await listen(server);
  return {
    baseUrl: `http://127.0.0.1:${port}/stats/eurofxref/`,
    correct: (day, currency, rate) => void corrected.set(`${day} ${currency}`, rate),
    close: () => closeServer(server),
  };
}
