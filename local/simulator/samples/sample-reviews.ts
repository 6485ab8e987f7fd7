import type { ReviewInput } from '../reports/review-store.ts';
import { DAY_MILLIS } from '../rules/time.ts';

const TEXTS: readonly Pick<ReviewInput, 'rating' | 'title' | 'body' | 'reviewerNickname' | 'territory'>[] = [
  {
    rating: 5,
    title: 'Genau richtig 🌊',
    body: 'Übersichtlich und schnell.',
    reviewerNickname: 'möwe7',
    territory: 'DEU',
  },
  { rating: 1, title: 'Crashes', body: 'On start.\n\nEvery time.', reviewerNickname: 'bo', territory: 'USA' },
  {
    rating: 4,
    title: 'Good',
    body: 'One star off for <b>ads</b>.',
    reviewerNickname: 'cy & co',
    territory: 'GBR',
  },
  { rating: 2, title: '値段が高い', body: '写真はいい。', reviewerNickname: '花子', territory: 'JPN' },
  {
    rating: 5,
    title: '=SUM(A1:A9)',
    body: 'My spreadsheet loves it 👩‍💻',
    reviewerNickname: 'ada',
    territory: 'FRA',
  },
  { rating: 3, title: 'Fine', body: 'Does what it says.', reviewerNickname: 'eve', territory: 'BRA' },
];

/** Reviews of an app, one every other day; the texts come again and again. @param days so many past days */
export const sampleReviews = (app: string, now: number, days: number): ReviewInput[] =>
  Array.from({ length: Math.ceil(days / 2) }, (_, index) => ({
    ...(TEXTS[index % TEXTS.length] ?? { rating: 3 }),
    app,
    id: `${app}0${String(index).padStart(4, '0')}`,
    createdAt: now - (2 * index + 1) * DAY_MILLIS,
  }));
