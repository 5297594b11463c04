import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { ThalwegError } from '../../src/base/index.ts';
import type { RunFile, TrainerMessage } from '../../src/contract/index.ts';
import type * as Run from '../../src/run/index.ts';
import type { RunProcess, RunRequest } from '../../src/run/index.ts';
import { createRun } from '../../src/store/index.ts';
import { newRun, temporaryFolder } from '../store/fixtures.ts';
import { Terminal, thalweg } from './terminal.ts';

/** The trainer is replaced: what it was asked, and how it answers. */
const trainer = vi.hoisted(() => ({
  requests: [] as RunRequest[],
  commands: [] as string[],
  answer: (_onMessage: (message: TrainerMessage) => void): Promise<RunFile> => Promise.reject(new Error('no answer')),
}));

vi.mock('../../src/run/index.ts', async (original) => ({
  ...(await original<typeof Run>()),
  startRun(request: RunRequest, { onMessage }: { onMessage: (message: TrainerMessage) => void }): RunProcess {
    trainer.requests.push(request);
    const command = (name: string) => () => void trainer.commands.push(name);
    return {
      stop: command('stop'),
      pause: command('pause'),
      continue: command('continue'),
      kill: command('kill'),
      done: trainer.answer(onMessage),
    };
  },
}));

const summary = {
  iterations: 40,
  epochs: 1,
  trainLoss: 0.25,
  trainAccuracy: 0.9,
  validationLoss: null,
  validationAccuracy: null,
  testLoss: 0.5,
  testAccuracy: 0.8125,
  barriers: 2,
  interpolated: 40,
  meanHeight: 0.01,
  distance: 3.5,
  seconds: 12,
  probes: [],
};
/** Waits: the server's modules take their time to load on a busy machine. */
const until = (condition: () => boolean) => vi.waitUntil(condition, { timeout: 40_000, interval: 10 });

const time = '2026-01-02T12:00:00.000Z';
const file = (changes: Partial<RunFile> = {}): RunFile => ({
  ...newRun({ status: 'finished', iteration: 40, summary }, { study: 'quickstart', scale: 'smoke' }),
  id: 'r1',
  version: 1,
  parent: null,
  origin: null,
  created: time,
  updated: time,
  ...changes,
});

const started: TrainerMessage = { type: 'started', run: 'r1', directory: 'runs/r1', totalIterations: 40, iteration: 0 };

/** Ends when it is asked to `stop` or `kill`, as a trainer would. */
const untilAsked =
  (name: string, ending: () => Promise<RunFile>) => async (onMessage: (message: TrainerMessage) => void) => {
    onMessage(started);
    await until(() => trainer.commands.includes(name));
    return ending();
  };

let runs: string;
beforeEach(() => {
  runs = temporaryFolder();
  trainer.requests = [];
  trainer.commands = [];
  trainer.answer = async (onMessage) => {
    onMessage(started);
    return file();
  };
});

const run = (...options: string[]) => thalweg(['run', 'quickstart', '--runs', runs, ...options]);

describe('run', () => {
  it('asks for the specification that study and options make', async () => {
    const { code } = await run(
      '--scale',
      'smoke',
      '--set',
      'optimizer.name=gd',
      '--seed',
      '5',
      '--threads',
      '2',
      '--name',
      'x',
      '--id',
      'mine',
      '--data',
      'd',
    );
    expect(code).toBe(0);
    expect(trainer.requests).toMatchObject([
      {
        kind: 'execute',
        runsDirectory: runs,
        dataDirectory: 'd',
        id: 'mine',
        specification: {
          study: 'quickstart',
          scale: 'smoke',
          seed: 5,
          threads: 2,
          name: 'x',
          optimizer: { name: 'gd', chunkSize: 1000 },
        },
      },
    ]);
  });

  it('reads a specification file', async () => {
    const target = join(runs, 'walk.json');
    writeFileSync(
      target,
      JSON.stringify({
        data: { name: 'mnist-1d' },
        model: { name: 'mlp' },
        optimizer: { name: 'sgd' },
        duration: '2 epochs',
      }),
    );
    expect((await thalweg(['run', target, '--runs', runs])).code).toBe(0);
    expect(trainer.requests).toMatchObject([{ specification: { duration: '2 epochs', data: { examples: 4000 } } }]);
  });

  it('closes with the final numbers, where the run lies and how to look at it', async () => {
    const { stdout, stderr } = await run();
    expect(stderr).toBe('');
    expect(stdout.split('\n')).toEqual([
      'run r1: 40 iterations',
      `watch it with thalweg serve --runs ${runs}`,
      'finished quickstart, seed 7: 40 of 40 iterations in 0:12',
      '  training     loss 0.25, accuracy 90.00 %',
      '  test         loss 0.5, accuracy 81.25 %',
      '  barriers     2 of 40 interpolated updates crossed one',
      '  mean height  0.01 nat above the valley floor',
      '  distance     3.5 from the initialisation',
      `  run          ${join(runs, 'r1')}`,
      `  look         thalweg show r1 --runs ${runs}`,
      `               thalweg figure r1 --figure walk --out walk.svg --runs ${runs}`,
      `               thalweg serve --runs ${runs}`,
      '',
    ]);
  });

  it('says what each probe cost', async () => {
    const probes = [
      { kind: 'interpolation', measurements: 40, products: 440, seconds: 4.14, share: 0.345 },
      { kind: 'distance', measurements: 41, products: 0, seconds: 0.05, share: 0.00417 },
    ];
    trainer.answer = async () => file({ summary: { ...summary, probes } });
    const { stdout } = await run();
    expect(stdout).toContain('  interpolation  40 measurements, 440 products, 4.1 s (35 %)\n');
    expect(stdout).toContain('  distance       41 measurements, 0.05 s (0.4 %)\n');
  });

  it('with --json writes exactly one document to standard output, and the rest to standard error', async () => {
    const { code, stdout, stderr } = await run('--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      run: 'r1',
      study: 'quickstart',
      scale: 'smoke',
      name: null,
      seed: 7,
      status: 'finished',
      parent: null,
      directory: join(runs, 'r1'),
      totalIterations: 40,
      ...summary,
    });
    expect(stderr).toContain('finished quickstart, seed 7');
  });

  it('ends with the trainer’s error, its exit code and its remedy', async () => {
    trainer.answer = () => Promise.reject(new ThalwegError('DATA_MISSING', 'mnist: missing train-images'));
    const { code, stderr } = await run();
    expect(code).toBe(1);
    expect(stderr).toMatch(/^thalweg: mnist: missing train-images\nhint: Run `thalweg data fetch <name>`.*\n$/);
  });
});

describe('Ctrl-C while training', () => {
  async function interrupt(terminal: Terminal, times: number, ...options: string[]) {
    const outcome = thalweg(['run', 'quickstart', '--runs', runs, ...options], terminal);
    await until(() => terminal.listeners === 1);
    for (let time = 0; time < times; time++) terminal.signal();
    return outcome;
  }

  it('stops after a checkpoint and ends with 130 and the command that goes on', async () => {
    trainer.answer = untilAsked('stop', async () => file({ status: 'interrupted', iteration: 12, summary: null }));
    const terminal = new Terminal();
    const { code, stdout } = await interrupt(terminal, 1);
    expect(code).toBe(130);
    expect(trainer.commands).toEqual(['stop']);
    expect(stdout).toContain('stopping after this update; a checkpoint is written');
    expect(stdout).toContain('interrupted quickstart, seed 7: 12 of 40 iterations');
    expect(stdout).toContain(`thalweg resume r1 --runs ${runs}`);
    expect(terminal.listeners).toBe(0);
  });

  it('ends at once the second time', async () => {
    trainer.answer = untilAsked('kill', () =>
      Promise.reject(new ThalwegError('INTERRUPTED', 'run r1: killed before it ended')),
    );
    const { code, stderr } = await interrupt(new Terminal(), 2);
    expect(code).toBe(130);
    expect(trainer.commands).toEqual(['stop', 'kill']);
    expect(stderr).toContain('thalweg: run r1: killed before it ended');
  });

  it('still gives the one document with --json, with null for what was not measured', async () => {
    trainer.answer = untilAsked('stop', async () => file({ status: 'interrupted', iteration: 12, summary: null }));
    const { code, stdout } = await interrupt(new Terminal(), 1, '--json');
    expect(code).toBe(130);
    expect(JSON.parse(stdout)).toMatchObject({
      status: 'interrupted',
      iterations: 12,
      trainLoss: null,
      barriers: null,
    });
  });
});

describe('--serve', { timeout: 60_000 }, () => {
  it('prints the address of the run’s page, serves on after training, and ends with 0 at a signal', async () => {
    const terminal = new Terminal();
    const outcome = thalweg(['run', 'quickstart', '--runs', runs, '--serve', '--port', '0'], terminal);
    await until(() => terminal.stdout.text.includes('until Ctrl-C'));
    const [page] = /http:\S+\/runs\/r1/.exec(terminal.stdout.text)!;
    expect((await fetch(new URL('/api/runs', page))).status).toBe(200);
    await until(() => terminal.listeners === 1);
    terminal.signal();
    expect((await outcome).code).toBe(0);
    await expect(fetch(page)).rejects.toThrow();
  });

  it('followed by --no-serve ends when training ends', async () => {
    const { code, stdout } = await run('--serve', '--no-serve', '--port', '0');
    expect(code).toBe(0);
    expect(stdout).not.toContain('http:');
  });

  it('trains nothing when the port is taken', async () => {
    const terminal = new Terminal();
    const first = thalweg(['serve', '--runs', runs, '--port', '0'], terminal);
    await until(() => terminal.listeners === 1);
    const port = new URL(/http:\S+/.exec(terminal.stdout.text)![0]).port;
    const { code, stderr } = await run('--serve', '--port', port);
    expect(code).toBe(1);
    expect(stderr).toContain('hint: Choose another --port');
    expect(trainer.requests).toEqual([]);
    terminal.signal();
    await first;
  });
});

describe('run --on-divergence', () => {
  it('sets onNonFinite', async () => {
    expect((await run('--on-divergence', 'continue')).code).toBe(0);
    expect(trainer.requests).toMatchObject([{ specification: { onNonFinite: 'continue' } }]);
    const { code, stderr } = await run('--on-divergence', 'ignore');
    expect(code).toBe(2);
    expect(stderr).toContain('--on-divergence: unknown value "ignore", expected one of stop, continue');
  });
});

describe('fork', () => {
  const fork = (...options: string[]) => thalweg(['fork', 'wa', '--runs', runs, ...options]);
  beforeEach(() => createRun(runs, { ...newRun(), id: 'walk-1' }).close());

  it('asks for the parent’s specification with the changes that are given', async () => {
    const changes = ['--set', 'optimizer.learningRate=0.5', '--set', 'duration=2 epochs', '--name', 'slower'];
    expect((await fork('--at', '12', ...changes, '--on-divergence', 'continue', '--id', 'f', '--data', 'd')).code).toBe(
      0,
    );
    const { specification } = newRun();
    expect(trainer.requests).toEqual([
      {
        kind: 'fork',
        runsDirectory: runs,
        parent: 'walk-1',
        at: 12,
        id: 'f',
        dataDirectory: 'd',
        specification: {
          ...specification,
          name: 'slower',
          duration: '2 epochs',
          onNonFinite: 'continue',
          optimizer: { ...specification.optimizer, learningRate: 0.5 },
        },
      },
    ]);
  });

  it.each([
    [[], 'fork: required option "--at <iteration>" not specified'],
    [['--at', '-1'], '--at: expected a whole number of at least 0, got "-1"'],
    [['--at', '1', '--set', 'optimizer.rate=1'], '--set optimizer.rate: unknown key "rate"'],
    [['--at', '1', '--set', 'optimizer'], '--set: expected key=value'],
  ])('refuses %j', async (options, message) => {
    const { code, stderr } = await fork(...options);
    expect(stderr).toContain(message);
    expect(code).toBe(2);
    expect(trainer.requests).toEqual([]);
  });
});

describe('resume', () => {
  it('finds the run by the start of its name', async () => {
    createRun(runs, { ...newRun(), id: 'walk-1' }).close();
    expect((await thalweg(['resume', 'wa', '--runs', runs, '--data', 'd'])).code).toBe(0);
    expect(trainer.requests).toEqual([{ kind: 'resume', runsDirectory: runs, id: 'walk-1', dataDirectory: 'd' }]);
  });
});
