import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseCompanyRates } from '../../functions/rates/company/parse-company-rates.ts';
import { createRateDownload } from '../../functions/rates/ecb/download-rates.ts';
import { fetchRates } from '../../functions/rates/ecb/fetch-rates.ts';
import { parseEcbRates } from '../../functions/rates/ecb/parse-rates.ts';
import type { Rate } from '../../functions/rates/store/rate.ts';
import { ecbFile, localRate } from '../../local/ecb/ecb-server.ts';

/** The form of the European Central Bank's file, with its own quotes and line ends. */
const xmlOf = (cubes: string): string => `<?xml version="1.0" encoding="UTF-8"?>
<gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01" xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref">
	<gesmes:subject>Reference rates</gesmes:subject>
	<Cube>
		${cubes}
	</Cube>
</gesmes:Envelope>`;

describe('The file of reference rates', () => {
  it('is read as it is published: single quotes, one day', () =>
    assert.deepEqual(
      parseEcbRates(
        xmlOf(`<Cube time='2026-11-24'>
			<Cube currency='USD' rate='1.0543'/>
			<Cube currency='IDR' rate='17123.45'/>
		</Cube>`),
      ),
      [
        { currency: 'USD', day: '2026-11-24', perEur: '1.0543' },
        { currency: 'IDR', day: '2026-11-24', perEur: '17123.45' },
      ],
    ));

  it('is read with many days and double quotes', () => {
    const rates = parseEcbRates(
      xmlOf(
        '<Cube time="2026-11-24"><Cube currency="USD" rate="1.05"/></Cube><Cube time="2026-11-23"><Cube currency="USD" rate="1.06"/></Cube>',
      ),
    );
    assert.deepEqual(
      rates.map(({ day, perEur }) => [day, perEur]),
      [
        ['2026-11-24', '1.05'],
        ['2026-11-23', '1.06'],
      ],
    );
  });

  const day = (inside: string) => xmlOf(`<Cube time="2026-11-24">${inside}</Cube>`);
  const refused: readonly (readonly [string, string, RegExp])[] = [
    ['a page in its place', '<html>maintenance</html>', /holds no rate/],
    ['a day without the dollar', day('<Cube currency="JPY" rate="170"/>'), /has no USD for 2026-11-24/],
    ['a rate that is no number', day('<Cube currency="USD" rate="N/A"/>'), /neither a day nor a rate/],
    ['a rate of 0', day('<Cube currency="USD" rate="0.00"/>'), /the rate 0 for USD/],
    [
      'two rates of one currency',
      day('<Cube currency="USD" rate="1.05"/><Cube currency="USD" rate="1.06"/>'),
      /two rates of USD/,
    ],
    [
      'a day that is there twice',
      xmlOf(
        '<Cube time="2026-11-24"><Cube currency="USD" rate="1.05"/></Cube><Cube time="2026-11-24"><Cube currency="USD" rate="1.06"/></Cube>',
      ),
      /names the day 2026-11-24 twice/,
    ],
    ['a rate outside of a day', xmlOf('<Cube currency="USD" rate="1.05"/>'), /neither a day nor a rate/],
  ];
  for (const [what, xml, message] of refused)
    it(`is refused whole: ${what}`, () => assert.throws(() => parseEcbRates(xml), message));
});

describe('The download', () => {
  const noSleep = async () => undefined;
  const download = (answers: (() => Promise<Response>)[]) => {
    const asked: string[] = [];
    const send: typeof fetch = async (input, init) => {
      asked.push(String(input));
      assert.equal(init?.redirect, 'error', 'a redirect could lead anywhere');
      const answer = answers.shift();
      if (answer === undefined) throw new Error('nobody answers');
      return answer();
    };
    return {
      asked,
      get: createRateDownload('https://www.ecb.europa.eu/stats/eurofxref/', {
        fetch: send,
        sleep: noSleep,
        random: () => 0,
      }),
    };
  };

  it('is tried again after a failure and an error status', async () => {
    const { get, asked } = download([
      async () => new Response('busy', { status: 503 }),
      async () => {
        throw new TypeError('fetch failed');
      },
      async () => new Response('<xml/>'),
    ]);
    assert.equal(await get('eurofxref-hist-90d.xml'), '<xml/>');
    assert.deepEqual(
      asked,
      new Array(3).fill('https://www.ecb.europa.eu/stats/eurofxref/eurofxref-hist-90d.xml'),
    );
  });

  it('ends with an error that says what happens next', async () => {
    const { get } = download([]);
    await assert.rejects(
      get('eurofxref-hist-90d.xml'),
      /could not be downloaded in 4 attempts \(nobody answers\).*next run/,
    );
  });

  it('gives each attempt a bound of time of its own', async () => {
    const signals: (AbortSignal | null | undefined)[] = [];
    const get = createRateDownload('https://www.ecb.europa.eu/stats/eurofxref/', {
      fetch: async (_url, init) => {
        signals.push(init?.signal);
        throw new TypeError('fetch failed');
      },
      sleep: noSleep,
      random: () => 0,
    });
    await assert.rejects(get('eurofxref-hist-90d.xml'));
    assert.equal(new Set(signals).size, 4);
    for (const signal of signals) assert.ok(signal instanceof AbortSignal && !signal.aborted);
  });

  it('takes no file that is too large', async () => {
    const large = async () => new Response(new Uint8Array(5 << 20));
    const { get } = download([large, large, large, large]);
    await assert.rejects(get('eurofxref-hist-90d.xml'), /larger than 4194304 bytes/);
  });
});

describe('The daily run', () => {
  function world(
    now: string,
    latest?: string,
    known: readonly Rate[] = [],
    publish: typeof ecbFile = ecbFile,
  ) {
    const written: { first: string; last: string; rates: readonly Rate[] }[] = [];
    const corrections: (readonly Rate[])[] = [];
    const files: string[] = [];
    const metrics = new Map<string, number>();
    let stored = latest;
    const run = () =>
      fetchRates({
        store: {
          latestDay: async () => stored,
          keepSource: async () => undefined,
          write: async ({ first, last }, rates) => {
            written.push({ first, last, rates });
            stored = last;
          },
          ecbRates: async (first) => {
            const published = parseEcbRates(ecbFile('eurofxref-hist.xml', Date.parse(now)) ?? '');
            return published
              .filter(({ day }) => day >= first && day <= (stored ?? ''))
              .map(
                (rate) => known.find((one) => one.day === rate.day && one.currency === rate.currency) ?? rate,
              );
          },
          writeCorrections: async (rates) => void corrections.push(rates),
          readInbox: async () => assert.fail('no inbox'),
          writeCompany: async () => undefined,
          answer: async () => undefined,
        },
        download: async (file) => {
          files.push(file);
          return publish(file, Date.parse(now)) ?? '';
        },
        clock: { now: () => Date.parse(now) },
        log: { info: () => undefined, warn: () => undefined },
        metric: (name, value) => void metrics.set(name, value),
      });
    return { run, written, files, metrics, corrections };
  }

  it('begins with the whole history that the tables can need', async () => {
    const { run, written, files } = world('2026-11-24T15:40:00Z');
    await run();
    assert.deepEqual(files, ['eurofxref-hist.xml']);
    assert.deepEqual([written[0]?.first, written[0]?.last], ['2025-01-02', '2026-11-24']);
  });

  it('stores the days since the last one: a gap closes by itself', async () => {
    const { run, written, files } = world('2026-11-24T15:40:00Z', '2026-11-19');
    await run();
    assert.deepEqual(files, ['eurofxref-hist-90d.xml']);
    assert.deepEqual([...new Set(written[0]?.rates.map(({ day }) => day))].toSorted(), [
      '2026-11-20',
      '2026-11-23',
      '2026-11-24',
    ]);
  });

  it('takes the whole history where the gap is longer than the short file', async () => {
    const { run, files } = world('2026-11-24T15:40:00Z', '2026-07-01');
    await run();
    assert.deepEqual(files, ['eurofxref-hist.xml']);
  });

  it('asks nobody once the day is stored', async () => {
    const { run, written, files } = world('2026-11-24T20:40:00Z', '2026-11-23');
    await run();
    await run();
    assert.equal(files.length, 1);
    assert.equal(written.length, 1);
  });

  it('notices that a rate of a stored day was corrected, and stores it beside the earlier one', async () => {
    const wrong = { currency: 'USD', day: '2026-11-19', perEur: '9.900000' };
    const { run, corrections, metrics } = world('2026-11-24T15:40:00Z', '2026-11-20', [wrong]);
    assert.equal((await run()).corrected, 1);
    assert.deepEqual(corrections, [
      [{ currency: 'USD', day: '2026-11-19', perEur: localRate('USD', '2026-11-19'), before: '9.900000' }],
    ]);
    assert.equal(metrics.get('ExchangeRatesCorrected'), 1);
  });

  it('calls no rate corrected that only has other digits after the point', async () => {
    const same = { currency: 'USD', day: '2026-11-19', perEur: `${localRate('USD', '2026-11-19')}00` };
    const { run, corrections, metrics } = world('2026-11-24T15:40:00Z', '2026-11-20', [same]);
    await run();
    assert.deepEqual(corrections, []);
    assert.equal(metrics.get('ExchangeRatesCorrected'), 0);
  });

  it('measures how old the latest rate is', async () => {
    const { run, metrics } = world('2026-11-22T20:40:00Z', '2026-11-20');
    await run();
    assert.equal(metrics.get('ExchangeRateAgeDays'), 2);
    assert.equal(metrics.get('ExchangeRatesStored'), 0);
  });

  it('measures it also where the rates cannot be had: else nobody is told that they grow old', async () => {
    const { run, metrics } = world('2026-11-28T20:40:00Z', '2026-11-20', [], () => {
      throw new Error('no connection');
    });
    await assert.rejects(run, /no connection/);
    assert.equal(metrics.get('ExchangeRateAgeDays'), 8);
    const unreadable = world('2026-11-28T20:40:00Z', '2026-11-20', [], () => '<html>');
    await assert.rejects(unreadable.run, { code: 'RATES_UNREADABLE' });
    assert.equal(unreadable.metrics.get('ExchangeRateAgeDays'), 8);
  });
});

describe("A company's own rates", () => {
  it('are read by day, and by month for each of its days', () => {
    const parsed = parseCompanyRates('currency,date,per_eur\nvnd,2026-11-20,27000.5\nEGP,2026-02,52.1\n');
    assert.equal(parsed.kind, 'ok');
    const rates = parsed.kind === 'ok' ? parsed.value : [];
    assert.deepEqual(rates[0], { currency: 'VND', day: '2026-11-20', perEur: '27000.5' });
    assert.deepEqual([rates.length, rates.at(-1)?.day], [29, '2026-02-28']);
  });

  it('are read as Excel writes them where the comma is the decimal sign', () => {
    const parsed = parseCompanyRates('currency;date;per_eur\nVND;2026-11-20;27000,5\n');
    assert.deepEqual(parsed.kind === 'ok' && parsed.value[0]?.perEur, '27000.5');
  });

  it('are refused whole, with every problem and its line', () => {
    const parsed = parseCompanyRates(
      'currency,date,per_eur\nEUR,2026-11-20,1\nVND,2026-02-30,27000\nVND,2026-11-20,0\nEGP,2026-11-20,52\nEGP,2026-11,52\n',
    );
    assert.deepEqual(
      parsed.kind === 'rejected' && parsed.problems.map(({ path, message }) => `${path}: ${message}`),
      [
        'line 2: EUR is always 1',
        'line 3: "2026-02-30" is not a day such as 2026-11-24 or a month such as 2026-11',
        'line 4: "0" is not a rate above 0 with at most six decimals',
        'line 6: names EGP 2026-11-20 again, after line 5',
      ],
    );
  });

  it('are refused where months stand for more rates than memory holds', () => {
    const letters = [...'ABCDFGHIJKLMNOPQRSTVWXYZ'];
    const currencies = letters.flatMap((one) => letters.map((other) => `A${one}${other}`));
    // 576 currencies of four years of months are 841,000 rates by day.
    const months = [2021, 2022, 2023, 2024].flatMap((year) =>
      Array.from({ length: 12 }, (_, month) => `${year}-${String(month + 1).padStart(2, '0')}`),
    );
    const rows = months.flatMap((month) => currencies.map((currency) => `${currency},${month},1.1`));
    const parsed = parseCompanyRates(`currency,date,per_eur\n${rows.join('\n')}\n`);
    assert.match(JSON.stringify(parsed), /stands for more than 700000 rates by day; split it/);
  });

  it('need their columns', () => {
    const parsed = parseCompanyRates('currency,rate\nVND,27000\n');
    assert.match(JSON.stringify(parsed), /lacks the column date.*lacks the column per_eur/);
  });
});
