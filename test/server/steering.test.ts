import type { FastifyInstance } from 'fastify';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  presetsSchema,
  specificationCheckSchema,
  specificationSchema,
  type SpecificationCheck,
} from '../../src/contract/index.ts';
import { createServer } from '../../src/server/index.ts';
import { findStudy, studies } from '../../src/studies/index.ts';
import { startRun, temporaryRuns } from './served-run.ts';

const written = {
  data: { name: 'mnist-1d' },
  model: { name: 'mlp', hidden: [8] },
  optimizer: { name: 'sgd' },
  duration: '1 epoch',
};

/** A server that can start nothing: what is refused is refused before that. */
function serve(runsDirectory = temporaryRuns(), limit = 0): FastifyInstance {
  const server = createServer({ runsDirectory, pageDirectory: runsDirectory, steering: { limit } });
  onTestFinished(() => server.close());
  return server;
}

const post = (server: FastifyInstance, url: string, payload: object = {}) =>
  server.inject({ method: 'POST', url, payload });

async function failureOf(answer: ReturnType<typeof post>): Promise<[status: number, code: string, message: string]> {
  const response = await answer;
  const { code, message } = response.json<{ error: { code: string; message: string } }>().error;
  expect(message).not.toContain('\n');
  return [response.statusCode, code, message];
}

describe('the check of a specification', () => {
  const check = async (payload: object, server = serve()): Promise<SpecificationCheck> =>
    specificationCheckSchema.parse((await post(server, '/api/plan', payload)).json());

  it('fills in every default', async () => {
    const { specification, problems, input } = await check({ specification: written });
    expect(problems).toEqual([]);
    expect(specification).toEqual(specificationSchema.parse(written));
    expect(input).toEqual(written);
  });

  it('is that of a study at a scale, with changes', async () => {
    const assignments = ['seed=7', 'optimizer.name=gd'];
    const { specification } = await check({ study: 'quickstart', scale: 'smoke', assignments });
    expect(specification).toMatchObject({ study: 'quickstart', scale: 'smoke', seed: 7, optimizer: { name: 'gd' } });
    // The study's own length for full-batch descent.
    expect(specification!.duration).toBe('80 iterations');
  });

  it('says everything that is wrong, each at its key, with the nearest name', async () => {
    const wrong = {
      ...written,
      model: { name: 'mlp', hiden: [8] },
      optimizer: { name: 'sgd', learningRate: -1, batchSize: 0.5 },
      probes: [{ kind: 'distence' }],
      durations: '2 epochs',
    };
    const { specification, problems } = await check({ specification: wrong });
    expect(specification).toBeNull();
    expect(problems).toEqual([
      { path: ['model', 'hiden'], message: 'unknown key "hiden", did you mean "hidden"?' },
      { path: ['optimizer', 'learningRate'], message: expect.stringContaining('expected a number') as string },
      { path: ['optimizer', 'batchSize'], message: expect.stringContaining('expected a whole number') as string },
      { path: ['probes', 0, 'kind'], message: 'unknown value "distence", did you mean "distance"?' },
      { path: ['durations'], message: 'unknown key "durations", did you mean "duration"?' },
    ]);
  });

  it('answers within 50 ms', async () => {
    const server = serve();
    await check({ specification: written }, server);
    const times: number[] = [];
    for (let i = 0; i < 9; i++) {
      const began = performance.now();
      await check({ study: 'walk-mlp-mnist', scale: 'paper' }, server);
      times.push(performance.now() - began);
    }
    expect(times.sort((a, b) => a - b)[4]).toBeLessThan(50);
  });

  it.each([
    [{}, 'USAGE', 'request: expected either a specification or a study, got neither'],
    [{ study: 'quickstart', specification: written }, 'USAGE', 'got both'],
    [{ specification: written, scale: 'smoke' }, 'USAGE', 'scale: expected a study, got a specification'],
    [{ study: 'quickstrat' }, 'STUDY_UNKNOWN', 'did you mean "quickstart"?'],
    [{ study: '/etc/passwd' }, 'STUDY_UNKNOWN', 'study: unknown name "/etc/passwd"'],
    [{ studdy: 'quickstart' }, 'USAGE', 'unknown key "studdy", did you mean "study"?'],
    [{ study: 'quickstart', scale: 'huge' }, 'USAGE', 'scale: '],
    [{ study: 'quickstart', assignments: ['seed'] }, 'USAGE', 'expected key=value'],
    [{ study: 'quickstart', assignments: ['seed=*a'] }, 'USAGE', 'seed: the value is not valid YAML'],
    [{ specification: [written] }, 'USAGE', 'specification: '],
  ])('refuses %o', async (payload, code, message) => {
    const [, got, text] = await failureOf(post(serve(), '/api/plan', payload));
    expect(got).toBe(code);
    expect(text).toContain(message);
  });

  it('refuses a body of more than 64 KB', async () => {
    const [status] = await failureOf(post(serve(), '/api/plan', { specification: { name: 'x'.repeat(70_000) } }));
    expect(status).toBe(413);
  });
});

describe('presets', () => {
  it('are the studies, each of which begins a valid specification at every scale', async () => {
    const server = serve();
    const { presets } = presetsSchema.parse((await server.inject('/api/presets')).json());
    expect(presets.map(({ name }) => name)).toEqual(studies.map(({ name }) => name));
    for (const scale of ['smoke', 'laptop', 'paper'] as const) {
      const response = await post(server, '/api/plan', { study: 'quickstart', scale });
      const { input } = response.json<SpecificationCheck>();
      expect(input).toEqual({ study: 'quickstart', scale, ...findStudy('quickstart').specification(scale) });
    }
  });
});

describe('steering refuses', () => {
  it('a specification that is not one, before anything is started', async () => {
    const [status, code, message] = await failureOf(
      post(serve(), '/api/runs', { specification: { ...written, optimiser: {} } }),
    );
    expect([status, code]).toEqual([400, 'SPECIFICATION_INVALID']);
    expect(message).toBe('specification: optimiser: unknown key "optimiser", did you mean "optimizer"?');
  });

  it('a name that no run can have', async () => {
    const [status, code, message] = await failureOf(post(serve(), '/api/runs', { specification: written, id: '../x' }));
    expect([status, code]).toEqual([400, 'USAGE']);
    expect(message).toContain('id: expected at most 128 lower-case letters');
  });

  it('another run while as many train as may', async () => {
    const [status, code, message] = await failureOf(post(serve(), '/api/runs', { specification: written }));
    expect([status, code]).toEqual([503, 'TRAINERS_BUSY']);
    expect(message).toContain('expected fewer than 0 that train at once');
  });

  it.each(['pause', 'continue', 'stop'])('to %s a run that is not there', async (action) => {
    expect((await failureOf(post(serve(), `/api/runs/nobody/${action}`)))[1]).toBe('RUN_NOT_FOUND');
    expect((await failureOf(post(serve(), `/api/runs/..%2Fx/${action}`)))[1]).toBe('RUN_NOT_FOUND');
  });

  it.each([
    ['pause', 'expected a run that trains, got one that is finished'],
    ['continue', 'expected an interrupted or paused run of this server, got one that is finished'],
    ['stop', 'expected a run that trains, got one that is finished'],
  ])('to %s a finished run', async (action, message) => {
    const runs = temporaryRuns();
    const writer = startRun(runs);
    writer.update({ status: 'finished' });
    writer.close();
    const server = serve(runs);
    const failure = await failureOf(post(server, `/api/runs/run-1/${action}`));
    expect(failure).toEqual([409, 'RUN_STATE', `run run-1: ${message}`]);
    const refusals = (await server.inject('/api/runs/run-1/steering')).json<Record<string, unknown>>();
    expect(refusals[action]).toBe(`run run-1: ${message}`);
  });

  it.each([
    ['pause', 'expected a run that this server started, got one of another process: stop it instead, and continue it'],
    ['continue', 'expected an interrupted or paused run of this server, got one that is running in another process'],
    ['stop', 'expected a training process that can be asked to stop, got the process that serves this page'],
  ])('to %s a run that this very process writes', async (action, message) => {
    const runs = temporaryRuns();
    startRun(runs).update({ status: 'running' });
    const [status, code, text] = await failureOf(post(serve(runs), `/api/runs/run-1/${action}`));
    expect([status, code]).toEqual([409, 'RUN_STATE']);
    expect(text).toContain(message);
  });

  it('to stop nothing: an interrupted run stays as it is', async () => {
    const runs = temporaryRuns();
    const writer = startRun(runs);
    writer.update({ status: 'paused' });
    writer.close();
    const server = serve(runs);
    const response = await post(server, '/api/runs/run-1/stop');
    expect([response.statusCode, response.json()]).toEqual([202, { id: 'run-1', status: 'interrupted' }]);
    const refusals = (await server.inject('/api/runs/run-1/steering')).json<unknown>();
    expect(refusals).toEqual({ pause: expect.stringContaining('interrupted') as string, continue: null, stop: null });
  });

  it.each([
    [{ at: -1 }, 'USAGE', 'at: '],
    [{ att: 1 }, 'USAGE', ''],
    [{ at: 1, assignments: ['optimizer.learningrate=1'] }, 'SPECIFICATION_INVALID', 'did you mean "learningRate"?'],
    [{ at: 1, assignments: ['nothing.x=1'] }, 'SPECIFICATION_INVALID', 'unknown key "nothing"'],
  ])('to fork with %o', async (payload, code, message) => {
    const runs = temporaryRuns();
    startRun(runs);
    const failure = await failureOf(post(serve(runs), '/api/runs/run-1/fork', payload));
    expect(failure[1]).toBe(code);
    expect(failure[2]).toContain(message);
  });
});
