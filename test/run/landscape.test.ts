import { copyFileSync, cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ThalwegError } from '../../src/base/index.ts';
import { landscapeDocumentSchema, type LandscapeDocument } from '../../src/contract/index.ts';
import {
  layOutLandscape,
  measureLandscape,
  measureLandscapeInParts,
  measurePart,
  partsOf,
  type ConnectivityRequest,
  type LandscapeHooks,
  type LandscapePart,
  type LandscapeRequest,
  type PartRequest,
  type PartsComputer,
  type SimplexRequest,
  type SurfaceRequest,
  type TrajectoryRequest,
} from '../../src/run/index.ts';
import { checkpointPath, execute, failureOf, recordsOf, runsFolder, smallRun } from './support.ts';

const made = mkdtempSync(join(tmpdir(), 'thalweg-landscape-'));
const specification = smallRun({
  model: { name: 'mlp', hidden: [8] },
  evaluate: '4 iterations',
  duration: '8 iterations',
  checkpoints: { every: '2 iterations', keep: 5 },
  probes: [],
});
beforeAll(async () => {
  await execute(specification, made);
  await execute(smallRun({ ...specification, seed: 2 }), made, 'q');
  await execute(smallRun({ ...specification, model: { name: 'mlp', hidden: [6] } }), made, 'other');
  // Three trainings, also on a machine that does much else.
}, 60_000);
afterAll(() => rmSync(made, { recursive: true, force: true }));

const common = { runsDirectory: made, examples: 'all' } as const;
const centre = { run: 'r', at: 'last' } as const;
const surface = (request: Partial<SurfaceRequest> = {}, hooks: LandscapeHooks = {}) =>
  measureLandscape({ what: 'surface', centre, points: 5, ...common, ...request }, hooks);
const trajectory = (request: Partial<TrajectoryRequest> = {}, hooks: LandscapeHooks = {}) =>
  measureLandscape({ what: 'trajectory', run: 'r', points: 3, ...common, ...request }, hooks);
const ends = [
  { run: 'r', at: 2 },
  { run: 'q', at: 'last' },
] as const;
const connectivity = (request: Partial<ConnectivityRequest> = {}, hooks: LandscapeHooks = {}) =>
  measureLandscape({ what: 'connectivity', ends, points: 5, ...common, ...request }, hooks);
const simplex = (request: Partial<SimplexRequest> = {}, hooks: LandscapeHooks = {}) =>
  measureLandscape(
    { what: 'simplex', vertices: [...ends, { run: 'r', at: 8 }], steps: 2, beyond: 0.5, ...common, ...request },
    hooks,
  );

/** The loss that the run itself recorded at an iteration. */
function recordedLoss(iteration: number, id = 'r', runs = made): number {
  const { iteration: iterations, value } = recordsOf(runs, id)['train.loss']!;
  return value[[...iterations].indexOf(iteration)]!;
}

/** As it travels: nothing is lost in JSON, and the schema takes it. */
function checked<T extends LandscapeDocument>(document: LandscapeDocument, what: T['what']): T {
  expect(landscapeDocumentSchema.parse(JSON.parse(JSON.stringify(document)))).toEqual(document);
  expect(document.what).toBe(what);
  return document as T;
}

type Of<What extends LandscapeDocument['what']> = Extract<LandscapeDocument, { what: What }>;

/** Hooks that stop the work once so many points are computed. */
function stoppingAt(points: number): LandscapeHooks {
  const controller = new AbortController();
  return {
    signal: controller.signal,
    onProgress: (progress) => {
      if (progress.points >= points) controller.abort();
    },
  };
}

describe('a landscape of a run', () => {
  it('on a surface has the loss that the run recorded in the middle, to the last bit', async () => {
    const document = checked<Of<'surface'>>(await surface(), 'surface');
    expect(document).toMatchObject({ examples: 400, set: 'train', batchNorm: null, seed: 1, normalisation: 'filter' });
    expect(document.checkpoints).toEqual([{ run: 'r', iteration: 8 }]);
    expect(document.loss).toHaveLength(25);
    expect(document.loss[12]).toBe(recordedLoss(8));
    expect(new Set(document.loss).size).toBe(25);
    const older = checked<Of<'surface'>>(await surface({ centre: { run: 'r', at: 4 } }), 'surface');
    expect(older.loss[12]).toBe(recordedLoss(4));
  });

  it('has a surface for each seed and normalisation, on examples of each set', async () => {
    const losses = await Promise.all(
      [{}, { seed: 2 }, { normalisation: 'none' }, { normalisation: 'layer' }, { set: 'test' }, { examples: 50 }].map(
        async (options) => (await surface({ points: 3, ...(options as Partial<SurfaceRequest>) })).loss[0],
      ),
    );
    expect(new Set(losses).size).toBe(losses.length);
  });

  it('along a trajectory has the true loss of each checkpoint beside that of its projection', async () => {
    const document = checked<Of<'trajectory'>>(await trajectory(), 'trajectory');
    expect(document.trajectory.map(({ iteration }) => iteration)).toEqual(
      [2, 4, 6, 8].filter((t) => existsSync(checkpointPath(made, t))),
    );
    const { trajectory: points, explained, a, b } = document;
    expect(points.find(({ iteration }) => iteration === 4)!.loss).toBe(recordedLoss(4));
    expect(points.at(-1)).toMatchObject({ a: 0, b: 0, loss: recordedLoss(8), projectedLoss: recordedLoss(8) });
    expect(points[0]!.distance).toBeGreaterThan(0);
    expect(points[0]!.projectedLoss).not.toBe(points[0]!.loss);
    expect(explained[0]! + explained[1]!).toBeLessThanOrEqual(1 + 1e-9);
    for (const [axis, grid] of [
      ['a', a],
      ['b', b],
    ] as const)
      for (const point of points) {
        expect(point[axis]).toBeGreaterThan(grid[0]!);
        expect(point[axis]).toBeLessThan(grid.at(-1)!);
      }
  });

  it('on a line has the checkpoints of both runs at its ends', async () => {
    const { loss, alphas, barriers } = checked<Of<'connectivity'>>(await connectivity(), 'connectivity');
    expect(alphas).toEqual([0, 0.25, 0.5, 0.75, 1]);
    expect(loss).toHaveLength(5);
    const [own] = checked<Of<'connectivity'>>(
      await connectivity({ ends: [{ run: 'r', at: 4 }, centre] }),
      'connectivity',
    ).loss;
    expect(own).toBe(recordedLoss(4));
    const rise = Math.max(
      ...loss.map((value, i) => Number(value) - (1 - alphas[i]!) * Number(loss[0]) - alphas[i]! * Number(loss[4])),
    );
    expect(barriers.loss.aboveChord.height).toBe(rise);
  });

  it('over a simplex has three checkpoints at its vertices, points beyond its edges, and a flatness', async () => {
    const document = checked<Of<'simplex'>>(await simplex(), 'simplex');
    const at = (lambda: readonly number[]): unknown =>
      document.loss[document.coordinates.findIndex((point) => point.every((part, i) => part === lambda[i]))];
    expect(at([0, 0, 1])).toBe(recordedLoss(8));
    expect(document.coordinates.some((lambda) => lambda.some((part) => part < 0))).toBe(true);
    const vertices = [
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
    ].map((lambda) => Number(at(lambda)));
    expect(document.flatness).toMatchObject({ points: 6, threshold: Math.max(...vertices) });
    const { flatness } = checked<Of<'simplex'>>(await simplex({ threshold: 100 }), 'simplex');
    expect(flatness).toMatchObject({ threshold: 100, shareBelow: 1 });
  });

  it('with batch normalisation has running statistics, those of chunks, or new ones at each point', async () => {
    const runs = runsFolder();
    const network = { name: 'fc6', units: 8 } as const;
    await execute(smallRun({ model: network, duration: '3 iterations', evaluate: '3 iterations', probes: [] }), runs);
    const losses = await Promise.all(
      (['running', 'batch', 'recomputed'] as const).map(async (batchNorm) => {
        const document = await surface({ runsDirectory: runs, points: 3, batchNorm });
        expect(document.batchNorm).toBe(batchNorm);
        return document.loss[4];
      }),
    );
    expect(losses[0]).toBe(recordedLoss(3, 'r', runs));
    expect(new Set(losses).size).toBe(3);
  });
});

describe('a landscape that is stopped', () => {
  const kinds: Record<string, (request: { state?: string }, hooks?: LandscapeHooks) => Promise<LandscapeDocument>> = {
    surface,
    trajectory,
    connectivity: (request, hooks) => connectivity({ points: 20, ...request }, hooks),
    simplex,
  };

  it.each(Object.keys(kinds))('goes on with the same bits: %s', async (name) => {
    const state = join(runsFolder(), 'state.safetensors');
    const whole = await kinds[name]!({});
    const error = await failureOf(kinds[name]!({ state }, stoppingAt(8)));
    expect(error).toMatchObject({ code: 'INTERRUPTED', exitCode: 130 });
    expect(error.message).toMatch(/^landscape: stopped after \d+ of \d+ points; the same command goes on from there$/);
    const heard: number[] = [];
    const resumed = await kinds[name]!({ state }, { onProgress: ({ points }) => void heard.push(points) });
    expect(heard[0]).toBeGreaterThanOrEqual(8);
    expect(resumed).toEqual(whole);
    // The state stays, whole: the work is not done again.
    expect(existsSync(state)).toBe(true);
    expect(await kinds[name]!({ state })).toEqual(whole);
  });

  it('a trajectory goes on also after its surface is whole', async () => {
    const state = join(runsFolder(), 'state.safetensors');
    const error = await failureOf(trajectory({ state }, stoppingAt(9 + 5)));
    expect(error.message).toContain('landscape: stopped after 14 of 17 points');
    expect(await trajectory({ state })).toEqual(await trajectory());
  });

  it('says so when nothing is kept', async () => {
    expect((await failureOf(surface({}, stoppingAt(8)))).message).toBe(
      'landscape: stopped after 8 of 25 points; nothing is kept of it',
    );
  });

  it('refuses to go on with other options, another checkpoint, or other examples', async () => {
    const state = join(runsFolder(), 'state.safetensors');
    await failureOf(surface({ state }, stoppingAt(8)));
    const refusals: [Partial<SurfaceRequest>, string][] = [
      [{ seed: 7 }, 'expected unfinished work with seed 7, got 1; give the options that it was begun with, or delete'],
      [{ points: 6 }, 'with points 6, got 5'],
      [{ to: 2 }, 'with to 2, got 1'],
      [{ normalisation: 'layer' }, 'with normalisation layer, got filter'],
      [{ examples: 50 }, 'with examples 50, got 400'],
      [{ set: 'test' }, 'with set test, got train'],
      [{ centre: { run: 'r', at: 4 } }, 'with checkpoints r@4, got r@8'],
      [{ centre: { run: 'q', at: 8 } }, 'with checkpoints q@8, got r@8'],
    ];
    for (const [request, message] of refusals) {
      const error = await failureOf(surface({ state, ...request }));
      expect(error.code).toBe('USAGE');
      expect(error.message).toContain(message);
    }
    expect((await failureOf(connectivity({ state }))).message).toContain('with what connectivity, got surface');
  });

  it('refuses to go on with a checkpoint of the same name and other content', async () => {
    const runs = runsFolder();
    cpSync(made, runs, { recursive: true });
    const state = join(runs, 'state.safetensors');
    await failureOf(surface({ runsDirectory: runs, state }, stoppingAt(8)));
    copyFileSync(checkpointPath(runs, 8, 'q'), checkpointPath(runs, 8));
    expect((await failureOf(surface({ runsDirectory: runs, state }))).message).toContain(
      'with SHA-256 of the checkpoints',
    );
  });

  it('refuses a state that is damaged, and leaves it', async () => {
    const state = join(runsFolder(), 'state.safetensors');
    await failureOf(surface({ state }, stoppingAt(8)));
    const bytes = readFileSync(state);
    bytes[bytes.length - 1]! ^= 1;
    writeFileSync(state, bytes);
    expect((await failureOf(surface({ state }))).code).toBe('CHECKPOINT_INVALID');
    expect(readFileSync(state).equals(bytes)).toBe(true);
  });
});

/** Computes parts in this process, the last ones first. */
const partsBackwards =
  (count: number, asked: number[] = []): PartsComputer =>
  async (layout, { onPart, signal }) => {
    for (const part of partsOf(layout, count).reverse()) {
      asked.push(part.first);
      onPart(await measurePart({ ...layout, ...part }, { signal }));
    }
  };

describe('a landscape in parts', () => {
  const requests: Record<string, LandscapeRequest> = {
    surface: { what: 'surface', centre, points: 6, ...common },
    trajectory: { what: 'trajectory', run: 'r', points: 5, ...common },
    connectivity: { what: 'connectivity', ends, points: 20, ...common },
    simplex: { what: 'simplex', vertices: [...ends, { run: 'r', at: 8 }], steps: 4, beyond: 0.25, ...common },
  };

  it.each(Object.keys(requests))('has the bits of one that is measured at once: %s', async (name) => {
    const asked: number[] = [];
    const inParts = await measureLandscapeInParts(requests[name]!, partsBackwards(3, asked));
    expect(asked.length).toBeGreaterThan(1);
    expect(asked.every((first) => first % 8 === 0)).toBe(true);
    expect(JSON.stringify(inParts)).toBe(JSON.stringify(await measureLandscape(requests[name]!)));
  });

  it('goes on with what was kept, and keeps what was computed before it was stopped', async () => {
    const state = join(runsFolder(), 'state.safetensors');
    const request = { ...requests['surface']!, state };
    await failureOf(measureLandscape(request, stoppingAt(8)));
    const asked: number[] = [];
    const stopping: PartsComputer = async (layout, hooks) => {
      const [next] = partsOf(layout, 3);
      hooks.onPart(await measurePart({ ...layout, ...next! }, {}));
      throw new ThalwegError('INTERRUPTED', 'stopped');
    };
    expect((await failureOf(measureLandscapeInParts(request, stopping))).code).toBe('INTERRUPTED');
    const document = await measureLandscapeInParts(request, partsBackwards(2, asked));
    expect(asked).toEqual([32, 24]);
    expect(document).toEqual(await measureLandscape(requests['surface']!));
  });

  it('computes again what is missing between two parts', async () => {
    const gap: PartsComputer = async (layout, { onPart }) => {
      const parts = partsOf(layout, 5);
      for (const part of [parts[0]!, parts[2]!]) onPart(await measurePart({ ...layout, ...part }, {}));
    };
    const document = await measureLandscapeInParts(requests['surface']!, gap);
    expect(document).toEqual(await measureLandscape(requests['surface']!));
  });

  it('says so where processors of several kinds computed it, and refuses numbers that are not its own', async () => {
    const notes: string[] = [];
    const changed =
      (change: (part: LandscapePart) => LandscapePart): PartsComputer =>
      async (layout, { onPart }) => {
        for (const part of partsOf(layout, 2)) onPart(change(await measurePart({ ...layout, ...part }, {})));
      };
    const onNote = (text: string): void => void notes.push(text);
    const named = changed((part) => ({ ...part, processors: [`processor ${part.first}`] }));
    await measureLandscapeInParts(requests['surface']!, named, { onNote });
    expect(notes).toEqual([
      'landscape: computed on processors of several kinds (processor 0; processor 24): last digits may differ from those of one',
    ]);
    const wrong = changed((part) => ({ ...part, loss: part.loss.map((value) => value + 1) }));
    const error = await failureOf(measureLandscapeInParts(requests['surface']!, wrong));
    expect(error.message).toMatch(/^loss map: expected loss \S+ at the first point, as in the map to go on with, got/);
    const elsewhere = changed((part) => ({ ...part, weights: part.weights.map((value) => value / 2) }));
    expect((await failureOf(measureLandscapeInParts(requests['surface']!, elsewhere))).code).toBe('USAGE');
  });

  it('refuses a part of other examples, another checkpoint, or not in whole blocks', async () => {
    const layout = await layOutLandscape(requests['surface']!);
    const refused = async (changes: Partial<PartRequest>): Promise<[string, string]> => {
      const { code, message } = await failureOf(measurePart({ ...layout, first: 0, count: 8, ...changes }, {}));
      return [code, message];
    };
    const identity = { ...layout.identity, 'SHA-256 of the data': 'abc' };
    expect(await refused({ identity })).toEqual([
      'DATA_INVALID',
      expect.stringMatching(/^part of a landscape: expected SHA-256 of the data abc, got [0-9a-f]{64}$/),
    ]);
    expect(await refused({ request: { ...layout.request, threads: 2 } })).toEqual([
      'RUN_STATE',
      'part of a landscape: expected threads 1, got 2',
    ]);
    expect(await refused({ first: 4 })).toEqual([
      'USAGE',
      'loss map: expected a part of 36 points in whole blocks of 8, got 8 from 4 on',
    ]);
  });
});

describe('a landscape refuses', () => {
  it.each<[Partial<LandscapeRequest>, string, string]>([
    [
      { what: 'surface', centre: { run: 'r', at: 3 } },
      'RUN_STATE',
      'run r: expected an iteration with a checkpoint, got 3',
    ],
    [{ what: 'surface', centre: { run: 'no', at: 3 } }, 'RUN_NOT_FOUND', 'run no: expected a run in'],
    [{ what: 'surface', centre, from: 1, to: -1 }, 'USAGE', 'surface: expected from < to, got 1 and -1'],
    [
      { what: 'surface', centre, set: 'validation' },
      'USAGE',
      'expected a set that the run has examples in, got "validation"',
    ],
    [{ what: 'surface', centre, examples: 401 }, 'SPECIFICATION_INVALID', 'got 401'],
    [
      { what: 'trajectory', run: 'r', beyond: 0 },
      'USAGE',
      'trajectory: expected beyond to be a finite number above 0, got 0',
    ],
    [
      { what: 'connectivity', ends: [centre, { run: 'other', at: 8 }] },
      'CHECKPOINT_INVALID',
      'expected a checkpoint of the model of run r (mlp on mnist-1d), got one of {"name":"mlp","hidden":[6]',
    ],
    [{ what: 'connectivity', ends, points: 2 }, 'USAGE', 'points to be an integer of at least 3, got 2'],
    [
      { what: 'simplex', vertices: [centre, centre, centre], threshold: NaN },
      'USAGE',
      'simplex: expected a finite threshold, got NaN',
    ],
  ])('%j', async (request, code, message) => {
    const error = await failureOf(measureLandscape({ ...common, ...request } as LandscapeRequest));
    expect(error.code).toBe(code);
    expect(error.message).toContain(message);
  });

  it('a trajectory of fewer than three checkpoints, saying what keeps more', async () => {
    const runs = runsFolder();
    cpSync(made, runs, { recursive: true });
    for (const iteration of [0, 2, 4]) rmSync(checkpointPath(runs, iteration), { force: true });
    const error = await failureOf(trajectory({ runsDirectory: runs }));
    expect(error).toMatchObject({ code: 'RUN_STATE', exitCode: 2 });
    expect(error.message).toBe(
      'run r: expected at least 3 checkpoints for a plane, got 2; checkpoints.keepEvery of the specification keeps more',
    );
  });

  it('nothing of runs that were trained on other examples, but says so', async () => {
    const notes: string[] = [];
    const runs = runsFolder();
    cpSync(made, runs, { recursive: true });
    await execute(
      smallRun({ ...specification, data: { name: 'mnist-1d', examples: 300, testExamples: 100 } }),
      runs,
      's',
    );
    await connectivity(
      { runsDirectory: runs, ends: [centre, { run: 's', at: 'last' }] },
      { onNote: (text) => void notes.push(text) },
    );
    expect(notes).toEqual(['run s was trained on other examples than r: losses are on those of r']);
  });
});
