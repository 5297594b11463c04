import { ThalwegError } from '../../base/index.ts';
import {
  exampleParametersSchema,
  jobParametersSchema,
  jobSchema,
  landscapeBodySchema,
  measurementBodySchema,
  resultParametersSchema,
  runParametersSchema,
} from '../../contract/index.ts';
import type { LandscapeBody } from '../../contract/index.ts';
import type { LandscapeWish } from '../../run/index.ts';
import { openRun, readResult } from '../../store/index.ts';
import type { Api } from '../api.ts';
import type { ExampleShelf } from '../example-shelf.ts';
import type { Jobs } from '../jobs.ts';
import { EventStream, JobsFeed } from '../live/index.ts';

const tags = ['results'];

interface Services {
  readonly runsDirectory: string;
  readonly dataDirectory: string | undefined;
  readonly jobs: Jobs;
  readonly examples: ExampleShelf;
}

/** What is computed from a run afterwards: measurements and landscapes, the jobs that do it, and the examples they are of. */
export function resultRoutes(server: Api, { runsDirectory, dataDirectory, jobs, examples }: Services): void {
  const place = (id: string) => ({ runsDirectory, id, ...(dataDirectory !== undefined && { dataDirectory }) });
  const feed = new JobsFeed(jobs);
  server.addHook('preClose', async () => {
    feed.close();
    examples.close();
    await jobs.close();
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
      return jobs.add({ kind: 'measurement', ...place(id), quantity, at });
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
      return jobs.add({ kind: 'landscape', ...place(id), landscape: wishOf(id, body) });
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
        summary: 'A training example: an image as PNG, label and numbers as JSON',
        params: exampleParametersSchema,
        produces: ['image/png', 'application/json'],
      },
    },
    async ({ params: { id, file } }, reply) => {
      const run = openRun(runsDirectory, id);
      const runFile = run.file();
      run.close();
      const [position, format] = file.split('.') as [string, 'png' | 'json'];
      const { example, png } = await examples.get(runFile, Number(position));
      // The examples of a run never change.
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
