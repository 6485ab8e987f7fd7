import { markKey, type SeriesMark, type SeriesMarks } from '../../functions/reports/plan/series-marks.ts';

/** The marks' rules without DynamoDB. */
export function createMemoryMarks(): SeriesMarks {
  const marks = new Map<string, Map<string, SeriesMark>>();
  const epochs = new Map<string, number>();
  const teamOf = (team: string) => {
    const found = marks.get(team) ?? new Map<string, SeriesMark>();
    marks.set(team, found);
    return found;
  };
  const epochOf = (team: string, key: string) => epochs.get(`${team} ${key}`) ?? 0;
  return {
    list: async (team) => new Map(teamOf(team)),
    note: async (series, mark) => {
      const key = markKey(series);
      if (mark.epoch === epochOf(series.team, key)) teamOf(series.team).set(key, mark);
    },
    forget: async (series) => {
      const key = markKey(series);
      epochs.set(`${series.team} ${key}`, epochOf(series.team, key) + 1);
      const mark = teamOf(series.team).get(key);
      if (mark === undefined) return;
      const { quietUntil: _, ...rest } = mark;
      teamOf(series.team).set(key, { ...rest, readAllAt: 0, epoch: mark.epoch + 1 });
    },
  };
}
