import { createReadStream, existsSync, readFileSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { ThalwegError } from '../../base/index.ts';
import {
  claimBodySchema,
  claimSchema,
  finishBodySchema,
  finishedSchema,
  hubDataParametersSchema,
  hubDataSchema,
  hubFileReadQuerySchema,
  hubLogQuerySchema,
  hubLogReadQuerySchema,
  hubRecordsQuerySchema,
  hubRunSchema,
  hubSchema,
  hubSessionSchema,
  okSchema,
  receivedSchema,
  runParametersSchema,
} from '../../contract/index.ts';
import { packageVersion } from '../../run/index.ts';
import { HistoryReader, openRun, runFiles, sideFilePath } from '../../store/index.ts';
import { batchLimits, decodePage, encodePage } from '../../sync/index.ts';
import type { Api } from '../api.ts';
import type { RunList } from '../run-list.ts';
import { DataShelf } from './data-shelf.ts';
import type { RunCopies } from './run-copies.ts';
import { uploadRoutes } from './uploads.ts';

const tags = ['hub'];
const bytes = 'application/octet-stream';
const params = runParametersSchema;
const received = { 200: receivedSchema };
const ok = { ok: true } as const;

/** What the hub's routes need. */
export interface HubServices {
  readonly runsDirectory: string;
  readonly dataDirectory: string | undefined;
  readonly copies: RunCopies;
  readonly list: RunList;
}

/** What workers on other machines ask: to take runs, to send them, and to have what they need to go on with them. */
export function hubRoutes(server: FastifyInstance, services: HubServices): void {
  server.addHook('preClose', () => services.copies.close());
  void server.register(async (scope) => {
    scope.addContentTypeParser(bytes, { parseAs: 'buffer', bodyLimit: batchLimits.bytes }, (_, body, done) =>
      done(null, body),
    );
    const api = scope.withTypeProvider<ZodTypeProvider>();
    sessionRoutes(api, services);
    sendingRoutes(api, services);
    readingRoutes(api, services);
    dataRoutes(api, services);
  });
  void server.register(async (scope) => uploadRoutes(scope, services));
}

/** Who has a run. */
function sessionRoutes(api: Api, { copies, list }: HubServices): void {
  const version = packageVersion();
  api.get('/api/hub', { schema: { tags, summary: 'Whether this is a hub', response: { 200: hubSchema } } }, () => ({
    version,
    batch: { rows: batchLimits.rows, log: batchLimits.log },
  }));

  api.post(
    '/api/hub/runs/:id/claim',
    {
      schema: {
        tags,
        summary: 'Take a run: whoever had it before is refused from then on',
        params,
        body: claimBodySchema,
        response: { 200: claimSchema },
      },
    },
    ({ params: { id }, body }) => {
      if (body.version !== version)
        throw new ThalwegError(
          'VERSION_REFUSED',
          `worker ${body.worker.id}: expected Thalweg ${version} as at the hub, got ${body.version}`,
        );
      return copies.with(id, (copy) => copy.claim(body));
    },
  );

  api.post(
    '/api/hub/runs/:id/alive',
    {
      schema: {
        tags,
        summary: 'A sign of life of a worker',
        params,
        querystring: hubSessionSchema,
        response: received,
      },
    },
    async ({ params: { id }, query: { session } }) => ({
      position: await copies.with(id, (copy) => copy.alive(session)),
    }),
  );

  api.post(
    '/api/hub/runs/:id/release',
    {
      schema: {
        tags,
        summary: 'Say that nobody writes the run for now',
        params,
        querystring: hubSessionSchema,
        response: { 200: okSchema },
      },
    },
    async ({ params: { id }, query: { session } }) => {
      await copies.with(id, (copy) => copy.release(session));
      list.changed();
      return ok;
    },
  );

  api.post(
    '/api/hub/runs/:id/finish',
    {
      bodyLimit: batchLimits.file,
      schema: {
        tags,
        summary: 'Compare the copy of a run that has ended with what its worker has, and end it here',
        params,
        querystring: hubSessionSchema,
        body: finishBodySchema,
        response: { 200: finishedSchema },
      },
    },
    async ({ params: { id }, query: { session }, body }) => ({
      digest: await copies.with(id, (copy) => copy.finish(session, body)),
    }),
  );
}

/** What a worker sends. Each answer says where the copy stands, from which the next piece has to begin. */
function sendingRoutes(api: Api, { copies }: HubServices): void {
  const schema = (summary: string) => ({ tags, summary, params, consumes: [bytes], response: received });

  api.put(
    '/api/hub/runs/:id/file',
    { bodyLimit: batchLimits.file, schema: { ...schema('Send run.json'), querystring: hubSessionSchema } },
    async ({ params: { id }, query: { session }, body }) => {
      const text = bytesOf(body).toString('utf8');
      return { position: await copies.with(id, (copy) => copy.file(session, text)) };
    },
  );

  api.post(
    '/api/hub/runs/:id/records',
    { schema: { ...schema('Send records, rewinds and the clock'), querystring: hubSessionSchema } },
    async ({ params: { id }, query: { session }, body }) => {
      const page = decodePage(bytesOf(body));
      return { position: await copies.with(id, (copy) => copy.records(session, page)) };
    },
  );

  api.post(
    '/api/hub/runs/:id/log',
    { schema: { ...schema('Send a piece of the log'), querystring: hubLogQuerySchema } },
    async ({ params: { id }, query: { session, from }, body }) => {
      const piece = bytesOf(body);
      return { position: await copies.with(id, (copy) => copy.log(session, from, piece)) };
    },
  );
}

/** What a worker needs that goes on with a run of another. */
function readingRoutes(api: Api, { runsDirectory, copies }: HubServices): void {
  const directoryOf = (id: string): string => {
    const run = openRun(runsDirectory, id);
    run.close();
    return run.directory;
  };

  api.get(
    '/api/hub/runs/:id',
    {
      schema: {
        tags,
        summary: 'What a run has, for whoever brings it to another machine',
        params,
        response: { 200: hubRunSchema },
      },
    },
    ({ params: { id } }) => copies.with(id, (copy) => copy.describe()),
  );

  api.get(
    '/api/hub/runs/:id/files',
    {
      schema: {
        tags,
        summary: 'A file beside records and checkpoints',
        params,
        querystring: hubFileReadQuerySchema,
        produces: [bytes],
      },
    },
    ({ params: { id }, query: { name } }, reply) => {
      const path = sideFilePath(directoryOf(id), name);
      const size = statSync(path, { throwIfNoEntry: false })?.size;
      if (size === undefined) throw new ThalwegError('RUN_INVALID', `${path}: expected a file of the run, got none`);
      return reply.type(bytes).header('content-length', size).send(createReadStream(path));
    },
  );

  api.get(
    '/api/hub/runs/:id/file',
    { schema: { tags, summary: 'run.json as it stands', params, produces: [bytes] } },
    ({ params: { id } }, reply) => {
      const path = join(directoryOf(id), runFiles.file);
      if (!existsSync(path)) throw new ThalwegError('RUN_INVALID', `${path}: expected a run file, got none`);
      return reply.type(bytes).send(readFileSync(path));
    },
  );

  api.get(
    '/api/hub/runs/:id/records',
    {
      schema: {
        tags,
        summary: 'Records, rewinds and the clock after a position',
        params,
        querystring: hubRecordsQuerySchema,
        produces: [bytes],
      },
    },
    ({ params: { id }, query }, reply) => {
      const reader = new HistoryReader(join(directoryOf(id), runFiles.metrics));
      try {
        return reply.type(bytes).send(Buffer.from(encodePage(reader.page(query, batchLimits.rows)).buffer));
      } finally {
        reader.close();
      }
    },
  );

  api.get(
    '/api/hub/runs/:id/log',
    {
      schema: {
        tags,
        summary: 'Bytes of the log from one on',
        params,
        querystring: hubLogReadQuerySchema,
        produces: [bytes],
      },
    },
    async ({ params: { id }, query: { from } }, reply) =>
      reply.type(bytes).send(await pieceOf(join(directoryOf(id), runFiles.log), from)),
  );
}

/** Files of data sets, for machines that have not got them. */
function dataRoutes(api: Api, { dataDirectory }: HubServices): void {
  const shelf = new DataShelf(dataDirectory);

  api.get(
    '/api/hub/data',
    { schema: { tags, summary: 'Files of data sets that a worker can have', response: { 200: hubDataSchema } } },
    async () => ({ files: await shelf.list() }),
  );

  api.get(
    '/api/hub/data/:sha256',
    { schema: { tags, summary: 'A file of a data set', params: hubDataParametersSchema, produces: [bytes] } },
    async ({ params: { sha256 } }, reply) => {
      const { path, bytes: length } = await shelf.find(sha256);
      return reply.type(bytes).header('content-length', length).send(createReadStream(path));
    },
  );
}

/** A JSON body is an object by now. */
function bytesOf(body: unknown): Buffer {
  if (Buffer.isBuffer(body)) return body;
  throw new ThalwegError('BATCH_INVALID', `body: expected ${bytes}, got something else`);
}

async function pieceOf(path: string, from: number): Promise<Buffer> {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (from >= size) return Buffer.alloc(0);
  const handle = await open(path, 'r');
  try {
    const piece = Buffer.alloc(Math.min(size - from, batchLimits.log));
    return piece.subarray(0, (await handle.read(piece, 0, piece.length, from)).bytesRead);
  } finally {
    await handle.close();
  }
}
