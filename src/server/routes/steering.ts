import {
  forkBodySchema,
  presetsSchema,
  refusalsSchema,
  runParametersSchema,
  runPlanSchema,
  specificationCheckSchema,
  specificationSourceSchema,
  startBodySchema,
  startedSchema,
  steeredSchema,
} from '../../contract/index.ts';
import { openRun } from '../../store/index.ts';
import { applyAssignments, parseAssignment, parseSpecification, studies } from '../../studies/index.ts';
import type { Api } from '../api.ts';
import type { Estimates } from '../estimates.ts';
import { checkOf, specificationOf, Trainers } from '../steering/index.ts';
import type { TrainersOptions } from '../steering/index.ts';
import { untilClosed } from './until-closed.ts';

const tags = ['steering'];
const asked = { params: runParametersSchema, response: { 202: steeredSchema } };

/** Starts, pauses, continues, stops and forks runs, and says beforehand what a run will be. */
export function steeringRoutes(server: Api, options: TrainersOptions, estimates: Estimates): void {
  const trainers = new Trainers(options);
  server.addHook('onClose', () => trainers.close());
  planRoutes(server, options, estimates);

  server.post(
    '/api/runs',
    { schema: { tags, summary: 'Start a run', body: startBodySchema, response: { 201: startedSchema } } },
    async ({ body: { id, ...source } }, reply) =>
      reply.status(201).send({ id: await trainers.start(specificationOf(source), id) }),
  );

  server.post(
    '/api/runs/:id/fork',
    {
      schema: {
        tags,
        summary: 'Start a run that begins as this one was after some updates',
        params: runParametersSchema,
        body: forkBodySchema,
        response: { 201: startedSchema },
      },
    },
    async ({ params: { id: parent }, body: { at, specification, assignments: texts, id } }, reply) => {
      const assignments = texts.map(parseAssignment);
      const changed = applyAssignments(specification ?? specificationIn(options.runsDirectory, parent), assignments);
      const fork = { at, id, specification: parseSpecification(changed, `fork of ${parent}`, assignments) };
      return reply.status(201).send({ id: await trainers.fork(parent, fork) });
    },
  );

  server.get(
    '/api/runs/:id/steering',
    {
      schema: {
        tags,
        summary: 'Why a run cannot be paused, continued or stopped now',
        params: runParametersSchema,
        response: { 200: refusalsSchema },
      },
    },
    ({ params: { id } }) => trainers.refusals(id),
  );

  server.post(
    '/api/runs/:id/pause',
    { schema: { tags, summary: 'Hold a run that this server started before its next update', ...asked } },
    async ({ params: { id } }, reply) => reply.status(202).send(trainers.pause(id)),
  );

  server.post(
    '/api/runs/:id/continue',
    {
      schema: { tags, summary: 'Go on with a paused run, or from the last checkpoint of an interrupted one', ...asked },
    },
    async ({ params: { id } }, reply) => reply.status(202).send(await trainers.continue(id)),
  );

  server.post(
    '/api/runs/:id/stop',
    { schema: { tags, summary: 'End a run after a checkpoint, whoever on this machine trains it', ...asked } },
    async ({ params: { id } }, reply) => reply.status(202).send(trainers.stop(id)),
  );
}

function planRoutes(server: Api, { dataDirectory }: TrainersOptions, estimates: Estimates): void {
  server.get(
    '/api/presets',
    { schema: { tags, summary: 'Studies that begin a specification', response: { 200: presetsSchema } } },
    () => ({
      presets: studies.map(({ name, title, description, rows, scales }) => ({
        name,
        title,
        description,
        rows,
        scales,
      })),
    }),
  );

  server.post(
    '/api/plan',
    {
      schema: {
        tags,
        summary: 'What a specification says, and what is wrong with it: at once, without data',
        body: specificationSourceSchema,
        response: { 200: specificationCheckSchema },
      },
    },
    ({ body }) => checkOf(body),
  );

  server.post(
    '/api/plan/estimate',
    {
      schema: {
        tags,
        summary: 'What a run will be and cost on this machine: loads the data and times a few updates',
        description: 'Ends when the connection that asked for it ends. Estimates are made one after another.',
        body: specificationSourceSchema,
        response: { 200: runPlanSchema },
      },
    },
    ({ body }, reply) => {
      const request = { specification: specificationOf(body), ...(dataDirectory !== undefined && { dataDirectory }) };
      return estimates.run(request, untilClosed(reply));
    },
  );
}

function specificationIn(runsDirectory: string, id: string): unknown {
  const reader = openRun(runsDirectory, id);
  try {
    return reader.file().specification;
  } finally {
    reader.close();
  }
}
