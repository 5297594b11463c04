import { eventHeadersSchema, eventQuerySchema, runParametersSchema } from '../../contract/index.ts';
import { listRuns, openRun } from '../../store/index.ts';
import { EventStream, ListFeed, RunFeed } from '../live/index.ts';
import type { Api } from '../api.ts';

const tags = ['live'];
const produces = ['text/event-stream'];

/** Live streams: `/api/events` of the list, `/api/runs/:id/events` of one run (from `?after=` or `Last-Event-ID` on). */
export function eventRoutes(server: Api, runsDirectory: string): void {
  const list = new ListFeed(runsDirectory);
  const feeds = new Map<string, RunFeed>();
  server.addHook('preClose', async () => {
    list.close();
    for (const feed of [...feeds.values()]) feed.close();
  });

  server.get('/api/events', { schema: { tags, summary: 'The list of runs, live', produces } }, (_request, reply) => {
    listRuns(runsDirectory);
    const stream = new EventStream(reply, () => list.unsubscribe(stream));
    list.subscribe(stream);
  });

  server.get(
    '/api/runs/:id/events',
    {
      schema: {
        tags,
        summary: 'A run, live: its file, records, rewinds and log',
        params: runParametersSchema,
        querystring: eventQuerySchema,
        headers: eventHeadersSchema,
        produces,
      },
    },
    ({ params: { id }, query: { after }, headers: { 'last-event-id': seen } }, reply) => {
      const feed = feeds.get(id) ?? openFeed(id);
      const stream = new EventStream(reply, () => feed.unsubscribe(stream));
      feed.subscribe(stream, seen ?? after);
    },
  );

  /** Reads from the run before anything is sent, so that a missing or damaged one is an ordinary error. */
  function openFeed(id: string): RunFeed {
    const reader = openRun(runsDirectory, id);
    try {
      reader.file();
      reader.changesAfter(0, 1);
    } catch (error) {
      reader.close();
      throw error;
    }
    const feed = new RunFeed(reader, () => {
      if (feeds.get(id) === feed) feeds.delete(id);
    });
    feeds.set(id, feed);
    return feed;
  }
}
