/**
 * Loads the partition of an event.
 *
 * Events come at least once and not always in order. A load replaces the whole partition by the present table file, so
 * doing it twice does no harm; an event is noted as loaded only after its load. A load that fails throws: Lambda tries it
 * again, and in the end the event lies in the queue of failed loads. So no event is lost.
 *
 * @param {{
 *   isLoaded(id: string): Promise<boolean>,
 *   noteLoaded(id: string): Promise<void>,
 *   replacePartition(detail: { tableKey: string, team: string, vendor: string, reportDate: string }): Promise<void>,
 * }} deps
 */
export const createConsumer =
  (deps) =>
  async ({ detail }) => {
    if (await deps.isLoaded(detail.id)) return;
    await deps.replacePartition(detail);
    await deps.noteLoaded(detail.id);
  };
