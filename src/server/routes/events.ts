import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { listRuns, openRun } from '../../store/index.ts';
import { EventStream, ListFeed, RunFeed } from '../live/index.ts';
import { runParameters, validate, wholeNumber } from '../validate.ts';

const query = z.object({ after: wholeNumber.default(0) });
const headers = z.object({ 'last-event-id': wholeNumber.optional() });

/** Live streams: `/api/events` of the list, `/api/runs/:id/events` of one run (from `?after=` or `Last-Event-ID` on). */
export function eventRoutes(server: FastifyInstance, runsDirectory: string): void {
  const list = new ListFeed(runsDirectory);
  const feeds = new Map<string, RunFeed>();
  server.addHook('preClose', async () => {
    list.close();
    for (const feed of [...feeds.values()]) feed.close();
  });

  server.get('/api/events', (_request, reply) => {
    listRuns(runsDirectory);
    const stream = new EventStream(reply, () => list.unsubscribe(stream));
    list.subscribe(stream);
  });

  server.get('/api/runs/:id/events', (request, reply) => {
    const { id } = validate(runParameters, request.params);
    const { after } = validate(query, request.query);
    const { 'last-event-id': seen } = validate(headers, request.headers);
    const feed = feeds.get(id) ?? openFeed(id);
    const stream = new EventStream(reply, () => feed.unsubscribe(stream));
    feed.subscribe(stream, Math.max(after, seen ?? 0));
  });

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
