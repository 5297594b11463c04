import { ThalwegError } from '../../base/index.ts';
import {
  exampleParametersSchema,
  exampleQuerySchema,
  jobParametersSchema,
  jobSchema,
  landscapeBodySchema,
  landscapePriceSchema,
  measurementBodySchema,
  resultParametersSchema,
  runParametersSchema,
} from '../../contract/index.ts';
import type { LandscapeBody } from '../../contract/index.ts';
import { settleJob, type ExampleViewer, type LandscapeWish } from '../../run/index.ts';
import { openRun, readResult } from '../../store/index.ts';
import type { Api } from '../api.ts';
import type { Estimates } from '../estimates.ts';
import type { Jobs } from '../jobs.ts';
import { EventStream, JobsFeed } from '../live/index.ts';
import { untilClosed } from './until-closed.ts';

const tags = ['results'];

interface Services {
  readonly place: { readonly runsDirectory: string; readonly dataDirectory?: string };
  readonly jobs: Jobs;
  readonly estimates: Estimates;
  readonly examples: ExampleViewer;
}

/** What is computed from a run afterwards: measurements and landscapes, the jobs that do it, and the examples they are of. */
export function resultRoutes(server: Api, { place, jobs, estimates, examples }: Services): void {
  const { runsDirectory } = place;
  const feed = new JobsFeed(jobs);
  server.addHook('preClose', async () => {
    feed.close();
    await Promise.all([examples.close(), jobs.close()]);
  });

  server.post(
    '/api/runs/:id/measurements',
    {
      schema: {
        tags,
        summary: 'Measures a quantity at a checkpoint, in the background',
        params: runParametersSchema,
        body: measurementBodySchema,
        response: { 202: jobSchema },
      },
    },
    ({ params: { id }, body: { quantity, at } }, reply) => {
      void reply.status(202);
      return jobs.add({ kind: 'measurement', ...place, id, quantity, at });
    },
  );

  server.post(
    '/api/runs/:id/landscapes',
    {
      schema: {
        tags,
        summary: 'Computes the loss around checkpoints, in the background; what was begun is gone on with',
        params: runParametersSchema,
        body: landscapeBodySchema,
        response: { 202: jobSchema },
      },
    },
    ({ params: { id }, body }, reply) => {
      void reply.status(202);
      return jobs.add({ kind: 'landscape', ...place, id, landscape: wishOf(id, body) });
    },
  );

  server.post(
    '/api/runs/:id/landscapes/estimate',
    {
      schema: {
        tags,
        summary: 'What a landscape will cost on this machine: loads the data and times some of its points',
        description: 'Ends when the connection that asked for it ends. Estimates are made one after another.',
        params: runParametersSchema,
        body: landscapeBodySchema,
        response: { 200: landscapePriceSchema },
      },
    },
    ({ params: { id }, body }, reply) => {
      const job = { kind: 'landscape', ...place, id, landscape: wishOf(id, body) } as const;
      // Refuses what the job would refuse, without a process.
      settleJob(job);
      if (jobs.computing !== null)
        throw new ThalwegError(
          'RUN_STATE',
          `estimate: expected a machine on which nothing is computed, got one with ${jobs.computing}`,
        );
      return estimates.landscape({ ...job.landscape, ...place }, untilClosed(reply));
    },
  );

  for (const [path, kind] of [
    ['measurements', 'measurement'],
    ['landscapes', 'landscape'],
  ] as const)
    server.get(
      `/api/runs/:id/${path}/:name`,
      { schema: { tags, summary: `A ${kind} that is kept, as JSON`, params: resultParametersSchema } },
      ({ params: { id, name } }, reply) =>
        reply.type('application/json; charset=utf-8').send(readResult(runsDirectory, id, kind, name)),
    );

  server.get(
    '/api/runs/:id/jobs/events',
    {
      schema: {
        tags,
        summary: 'The jobs of a run, live',
        params: runParametersSchema,
        produces: ['text/event-stream'],
      },
    },
    ({ params: { id } }, reply) => {
      openRun(runsDirectory, id).close();
      const stream = new EventStream(reply, () => feed.unsubscribe(stream));
      feed.subscribe(stream, id);
    },
  );

  server.delete(
    '/api/jobs/:job',
    { schema: { tags, summary: 'Ends a job', params: jobParametersSchema, response: { 200: jobSchema } } },
    ({ params }) => jobs.cancel(params.job),
  );

  server.get(
    '/api/runs/:id/examples/:file',
    {
      schema: {
        tags,
        summary: 'A training example: an image as PNG; label, numbers and what a checkpoint predicts as JSON',
        params: exampleParametersSchema,
        querystring: exampleQuerySchema,
        produces: ['image/png', 'application/json'],
      },
    },
    async ({ params: { id, file }, query }, reply) => {
      openRun(runsDirectory, id).close();
      const [position, format] = file.split('.') as [string, 'png' | 'json'];
      const at = format === 'json' ? (query.at ?? null) : null;
      const { example, png } = await examples.get({ ...place, id, position: Number(position), at });
      // The examples of a run never change, nor do its checkpoints.
      void reply.header('cache-control', 'private, max-age=86400');
      if (format === 'json') return reply.send(example);
      if (png === null)
        throw new ThalwegError(
          'NO_DATA',
          `example ${position}: expected an image, got numbers of shape ${example.shape.join('×')}`,
        );
      return reply.type('image/png').send(Buffer.from(png));
    },
  );
}

function wishOf(id: string, body: LandscapeBody): LandscapeWish {
  switch (body.what) {
    case 'surface': {
      const { at = 'last', ...rest } = body;
      return { ...rest, centre: { run: id, at } };
    }
    case 'trajectory':
      return { ...body, run: id };
    case 'connectivity':
    case 'simplex':
      return body;
  }
}
