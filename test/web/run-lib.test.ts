import { describe, expect, it } from 'vitest';
import type { RunDetail, SeriesValues } from '../../src/contract/index.ts';
import { scatterFigure } from '../../src/figures/index.ts';
import { barycentricGrid } from '../../src/landscape/index.ts';
import { byOutlierFactor, exampleValues } from '../../web/src/lib/example-values.ts';
import { landscapePoints } from '../../web/src/lib/landscape-wish.ts';
import { filteredLog } from '../../web/src/lib/log-filter.ts';
import { lossLine } from '../../web/src/lib/loss-line.ts';
import { boxBetween, isInBox, parseBox, placeOf, plotFrame } from '../../web/src/lib/plot-frame.ts';
import { emptyTabs } from '../../web/src/lib/run-tabs.ts';
import { grown, noRecords } from '../../web/src/lib/series-cache.ts';
import { surfaceMesh } from '../../web/src/lib/surface-mesh.ts';

const values = (iterations: number[]): SeriesValues => ({
  length: iterations.length,
  iteration: Float64Array.from(iterations),
  coordinate: new Float64Array(iterations.length).fill(NaN),
  value: Float64Array.from(iterations, (iteration) => iteration / 2),
  standardError: iterations.map((iteration) => (iteration === 2 ? 0.5 : null)),
  examples: new Float64Array(iterations.length).fill(10),
});
const never = Infinity;

describe('records that are kept', () => {
  it('grow by what came since', () => {
    const held = grown(noRecords, { rewound: never, newest: 4, values: values([0, 1, 1, 2]) });
    const later = grown(held, { rewound: never, newest: 7, values: values([2, 3]) });
    expect(later).toEqual({ ...values([0, 1, 1, 2, 2, 3]), newest: 7 });
  });

  it('lose what was withdrawn before they grow', () => {
    const held = grown(noRecords, { rewound: never, newest: 4, values: values([0, 1, 1, 2]) });
    const later = grown(held, { rewound: 1, newest: 9, values: values([1, 2]) });
    expect(later).toEqual({ ...values([0, 1, 2]), newest: 9 });
  });
});

describe('tabs without anything', () => {
  const detail = (series: string[], others: Partial<RunDetail> = {}) =>
    ({
      series: series.map((name) => ({ name, count: 1, lastIteration: 0 })),
      checkpoints: [],
      landscapes: [],
      measurements: [],
      ...others,
    }) as unknown as RunDetail;
  const file = { name: 'a', written: '', bytes: 1 };

  it('are those whose figures cannot be drawn and whose folders are empty', () => {
    expect([...emptyTabs(detail(['noise.trace']))]).toEqual([
      ...['walk', 'margins', 'losses', 'checkpoints', 'landscape'],
    ]);
  });

  it('are not empty with results in the folder', () => {
    const full = detail([], { checkpoints: [{ iteration: 0, bytes: 1 }], landscapes: [file], measurements: [file] });
    expect([...emptyTabs(full)]).toEqual(['walk', 'curvature', 'noise', 'losses']);
  });
});

describe('a rectangle in a scatter', () => {
  const figure = scatterFigure(
    {
      id: 's',
      title: '',
      subtitle: '',
      panels: [
        {
          title: '',
          x: { label: 'x', domain: [0, 10] },
          y: { label: 'y', domain: [-2, 2] },
          groups: [{ label: 'a', x: [1], y: [1] }],
        },
      ],
    },
    { width: 600 },
  );
  const frame = plotFrame(figure);

  it('is that of the values between its corners, whichever way it is drawn', () => {
    expect(frame.x).toEqual([0, 10]);
    expect(boxBetween(frame, [0.5, 0.75], [0.1, 0.25])).toEqual([1, 5, -1, 1]);
    expect(boxBetween(frame, [-1, 0], [2, 2])).toEqual([0, 10, -2, 2]);
  });

  it('lies where its values lie', () => {
    expect(placeOf(frame, [1, 5, -1, 1])).toEqual([0.1, 0.25, 0.4, 0.5]);
  });

  it('stands in an address', () => {
    expect(parseBox('1,5,-1,1')).toEqual([1, 5, -1, 1]);
    for (const text of [null, '', '1,2,3', '5,1,0,1', 'a,b,c,d']) expect(parseBox(text)).toBeNull();
    expect([isInBox([1, 5, -1, 1], 1, 1), isInBox([1, 5, -1, 1], 0.9, 0)]).toEqual([true, false]);
  });
});

describe('examples of a measurement', () => {
  const count = 30;
  const measured = {
    run: 'r',
    iteration: 4,
    quantities: [],
    columns: {
      position: Array.from({ length: count }, (_, index) => 100 + index),
      label: Array.from({ length: count }, () => 3),
      value: Array.from({ length: count }, (_, index) => (index === 7 ? 90 : 1 + index / 10)),
      correct: Array.from({ length: count }, (_, index) => (index === 29 ? 0 : 1)),
      affineFeatures: Array.from({ length: count }, (_, index) => 1 + index / 20),
    },
  };

  it('have an outlier factor among their group; the furthest comes first, those without one last', () => {
    const examples = byOutlierFactor(exampleValues(measured, 'affineFeatures'));
    expect(examples[0]).toMatchObject({ position: 107, label: 3, isCorrect: true, trace: 90 });
    expect(examples[0]!.factor).toBeGreaterThan(5);
    expect(examples.at(-1)).toMatchObject({ position: 129, isCorrect: false, factor: NaN });
  });
});

describe('the line of training losses', () => {
  it('leaves out what has no logarithm, and gives back the loss of a height', () => {
    const line = lossLine([0, 1, 2, 3], [4, NaN, 1, 0.25], { width: 100, height: 80 })!;
    expect(line.path).toBe('M0.0,0.0L66.7,40.0L100.0,80.0');
    expect([line.valueAt(0), line.valueAt(40), line.valueAt(80)]).toEqual([4, 1, 0.25]);
    expect(line.y(1)).toBeCloseTo(40, 12);
  });

  it('needs two different losses', () => {
    expect(lossLine([0, 1], [2, 2], { width: 1, height: 1 })).toBeNull();
    expect(lossLine([0, 1], [2, 0], { width: 1, height: 1 })).toBeNull();
  });
});

describe('a surface in space', () => {
  const grid = { a: [0, 1, 2], b: [0, 1], loss: [1, 10, 100, 1, 10, NaN] };

  it('has its highest point at 1, and no triangle with a point that has no height', () => {
    const mesh = surfaceMesh(grid, 'log')!;
    expect([...mesh.shares]).toEqual([0, 0.5, 1, 0, 0.5, 0]);
    expect(mesh.omitted).toBe(1);
    expect([...mesh.indices]).toEqual([0, 3, 1, 1, 3, 4, 1, 4, 2]);
    expect([...mesh.positions.subarray(0, 3)]).toEqual([-1, 0, -0.5]);
    expect(mesh.place(1, 0.5, 10)).toEqual([0, 0.5, 0]);
    expect(mesh.place(1, 0.5, NaN)).toBeNull();
  });

  it('needs two different heights', () => {
    expect(surfaceMesh({ ...grid, loss: [0, 0, 0, 0, 0, 5] }, 'log')).toBeNull();
    expect(surfaceMesh({ ...grid, loss: [0, 0, 0, 0, 0, 5] }, 'linear')).not.toBeNull();
  });
});

describe('the points of a landscape', () => {
  const form = { normalisation: 'filter', places: [], examples: 1 } as const;

  it('are counted as they will be computed', () => {
    expect(landscapePoints({ ...form, what: 'surface', points: 51, reach: 1 }, 0)).toBe(2601);
    expect(landscapePoints({ ...form, what: 'trajectory', points: 10, reach: 1 }, 7)).toBe(114);
    expect(landscapePoints({ ...form, what: 'connectivity', points: 31, reach: 0 }, 0)).toBe(31);
    for (const [points, reach] of [
      [20, 0.5],
      [10, 0.3],
      [7, 0],
    ] as const)
      expect(landscapePoints({ ...form, what: 'simplex', points, reach }, 0)).toBe(
        barycentricGrid(points, reach).length,
      );
  });
});

describe('a log that is searched', () => {
  const lines = [
    { level: 30, message: 'Epoch 1 ended' },
    { level: 40, message: 'a loss was NaN' },
    { level: 50, message: 'the epoch failed' },
  ];
  const found = (level: 'info' | 'warning' | 'error', search: string) =>
    filteredLog(lines, { level, search }).map((line) => line.level);

  it('shows lines of a level with all words, in any case', () => {
    expect(found('info', '')).toEqual([30, 40, 50]);
    expect(found('warning', '')).toEqual([40, 50]);
    expect(found('error', 'EPOCH')).toEqual([50]);
    expect(found('info', 'ended epoch')).toEqual([30]);
  });
});
