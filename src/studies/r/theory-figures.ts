import {
  barsFigure,
  linesFigure,
  scatterFigure,
  surfaceFigure,
  type BarCategory,
  type ScatterPanel,
} from '../../figures/index.ts';
import { meanEstimate } from '../../statistics/index.ts';
import { meanOf, trialOf, type Evidence } from '../evidence.ts';
import type { PaperFigure } from '../paper.ts';
import { ruleTitles, settingName, settings, type Setting } from './dynamics.ts';

const seedsText = ({ seeds }: Evidence): string => `${seeds.length} ${seeds.length === 1 ? 'seed' : 'seeds'}`;

const surfaceContours: PaperFigure = {
  id: 'R-surface.contours',
  row: 'R-surface',
  place: 'figure 1a',
  title: 'The surface with a flat and a sharp minimum',
  caption:
    'Contour lines of the constructed loss on [0, 10]²: the trough x = 4 and the well at (8, 5) are equally deep.',
  needs: ['R-sgdl'],
  claims: ['R-surface.areas'],
  draw(evidence, look) {
    const [trial] = evidence.trials('R-sgdl');
    const [flat, sharp] = [trial!.number('area.flat'), trial!.number('area.sharp')];
    const axis = trial!.array('axis');
    return surfaceFigure(
      {
        title: 'Two minima of equal depth',
        subtitle: `basins: ${percent(flat)} of the box flat, ${percent(sharp)} sharp`,
        a: axis,
        b: axis,
        loss: trial!.array('loss'),
        axes: { a: 'x', b: 'y' },
      },
      look,
    );
  },
};

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** The words for a setting. */
const settingTitle = ({ rule, noise, decay }: Setting): string => {
  const how = decay === 'harmonic' ? `γ′ = ${noise}/(1 + k)` : `γ′ = ${noise}`;
  return `${rule === 'gradient' ? 'gradient' : 'own rule'}, ${noise === 0 ? 'no noise' : how}`;
};

const wells = ['flat', 'sharp'] as const;

function sharesOf(evidence: Evidence, setting: Setting): BarCategory {
  const [basins] = evidence.trials('R-sgdl');
  const bars = wells.map((group) => {
    const shares = evidence.seeds.map((seed) =>
      trialOf(evidence, 'R-sgdl', seed).number(`${settingName(setting)}.${group}`),
    );
    const expected = 100 * basins!.number(`area.${group}`);
    if (shares.length === 1) return { group, value: 100 * shares[0]!, expected };
    const { mean, interval } = meanEstimate(shares.map((share) => 100 * share));
    return { group, value: mean, interval, expected };
  });
  return { label: settingTitle(setting), bars };
}

const endShares: PaperFigure = {
  id: 'R-sgdl.shares',
  row: 'R-sgdl',
  place: 'figure 2',
  title: 'Flat and sharp end points',
  caption:
    'Share of chains that end within 1 of the flat trough and of the sharp well, by rule and noise; lines: areas of the basins of plain descent. Bars: means over seeds with 95 % intervals.',
  needs: ['R-sgdl'],
  claims: [
    'R-surface.sharp-wins',
    'R-surface.sharp-wins-own-rule',
    'R-surface.areas',
    'R-sgdl.sharp-wins',
    'R-sgdl.falling-noise',
    'R-sgdl.constant-noise-favours-flat',
    'R-sgdl.own-rule-strands',
    'R-sgdl.own-rule-shifts',
  ],
  draw: (evidence, look) =>
    barsFigure(
      {
        id: 'R-sgdl.shares',
        title: 'Where chains end',
        subtitle: `uniform starts, ${seedsText(evidence)}`,
        quantity: 'share of end points',
        x: { label: 'share of end points', unit: '%' },
        categories: settings.map((setting) => sharesOf(evidence, setting)),
        interval: '95 % interval',
        expectation: 'area of the basin',
      },
      look,
    ),
};

/** End points of one seed as a panel. */
function endsPanel(evidence: Evidence, experiment: string, name: string, title: string, size: number): ScatterPanel {
  const trial = trialOf(evidence, experiment, evidence.seeds[0]!);
  return {
    title,
    x: { label: 'x', domain: [0, size] },
    y: { label: 'y', domain: [0, size] },
    groups: [{ label: 'end point', x: trial.array(`${name}.x`), y: trial.array(`${name}.y`) }],
  };
}

const shownSettings: readonly Setting[] = [
  { rule: 'gradient', noise: 0, decay: 'harmonic' },
  { rule: 'diagonal-difference', noise: 0, decay: 'harmonic' },
  { rule: 'gradient', noise: 0.1, decay: 'harmonic' },
  { rule: 'diagonal-difference', noise: 0.1, decay: 'harmonic' },
  { rule: 'gradient', noise: 0.1, decay: 'constant' },
  { rule: 'diagonal-difference', noise: 0.1, decay: 'constant' },
];

const endPoints: PaperFigure = {
  id: 'R-sgdl.ends',
  row: 'R-sgdl',
  place: 'figure 2',
  title: 'End points on the surface',
  caption: 'Up to 1,000 end points of the first seed, by rule and noise. The paper’s own rule keeps x − y.',
  needs: ['R-sgdl'],
  claims: ['R-sgdl.own-rule-strands'],
  draw: (evidence, look) =>
    scatterFigure(
      {
        id: 'R-sgdl.ends',
        title: 'End points on the surface',
        subtitle: 'left: gradient, right: the paper’s own rule; 1 seed',
        columns: 2,
        panels: shownSettings.map((setting) =>
          endsPanel(evidence, 'R-sgdl', settingName(setting), settingTitle(setting), 10),
        ),
      },
      look,
    ),
};

const rosenbrockEnds: PaperFigure = {
  id: 'R-rosen.ends',
  row: 'R-rosen',
  place: 'figure 3',
  title: "End points on Rosenbrock's function",
  caption: 'Up to 1,000 end points of the first seed without noise; the minimum is at (1, 1), the valley y = x².',
  needs: ['R-rosen'],
  claims: ['R-rosen.no-convergence', 'R-rosen.own-rule-fails', 'R-rosen.rule-explains', 'R-rosen.noise'],
  draw: (evidence, look) =>
    scatterFigure(
      {
        id: 'R-rosen.ends',
        title: "End points on Rosenbrock's function",
        subtitle: 'without noise; 1 seed',
        columns: 2,
        panels: (['gradient', 'diagonal-difference'] as const).map((rule) =>
          endsPanel(evidence, 'R-rosen', `${rule}.0`, ruleTitles[rule], 2),
        ),
      },
      look,
    ),
};

const boltzmannCells: PaperFigure = {
  id: 'R-boltz.cells',
  row: 'R-boltz',
  place: 'section 1',
  title: "Chains with constant noise beside Boltzmann's law",
  caption:
    'Share of chains in each cell of a 10 × 10 grid against exp(−U/T)/Z there, mean over seeds; on the line they agree.',
  needs: ['R-boltz'],
  claims: ['R-boltz.surface', 'R-boltz.quadratic', 'R-boltz.chi-square', 'R-boltz.temperature'],
  draw: (evidence, look) =>
    scatterFigure(
      {
        id: 'R-boltz.cells',
        title: "Chains with constant noise beside Boltzmann's law",
        subtitle: `share of chains in each cell, T = 0.5, ${seedsText(evidence)}`,
        columns: 2,
        panels: (['surface', 'quadratic'] as const).map((name) => ({
          title: name,
          x: { label: "Boltzmann's law", unit: '%' },
          y: { label: 'chains', unit: '%' },
          groups: [
            { label: 'cell', x: cellShares(evidence, `${name}.law`), y: cellShares(evidence, `${name}.measured`) },
          ],
          references: [{ kind: 'identity', label: 'equal' }],
        })),
      },
      look,
    ),
};

/** Mean over seeds of an array of R-boltz, in per cent. */
const cellShares = (evidence: Evidence, name: string): number[] =>
  meanArrays(evidence.seeds.map((seed) => trialOf(evidence, 'R-boltz', seed).array(name))).map((share) => 100 * share);

const meanArrays = (arrays: readonly (readonly number[])[]): number[] =>
  arrays[0]!.map((_, index) =>
    meanOf(
      'mean over seeds',
      arrays.map((array) => array[index]!),
    ),
  );

const flatByDimension: PaperFigure = {
  id: 'R-volume.dimensions',
  row: 'R-volume',
  place: 'section 1',
  title: 'The flat minimum gains with dimension',
  caption: 'Flat well’s part of the chains that are in either well, mean over seeds, by dimension.',
  needs: ['R-volume'],
  claims: ['R-volume.grows', 'R-volume.law', 'R-volume.without-noise'],
  draw(evidence, look) {
    const arrays = (name: string): number[][] =>
      evidence.seeds.map((seed) => [...trialOf(evidence, 'R-volume', seed).array(name)]);
    const [flat, sharp] = [arrays('flat'), arrays('sharp')];
    const hot = flat.map((shares, seed) => shares.map((share, index) => share / (share + sharp[seed]![index]!)));
    const x = Float64Array.from(arrays('dimension')[0]!);
    const curve = (values: readonly (readonly number[])[]) => ({
      x,
      y: Float64Array.from(meanArrays(values), (part) => 100 * part),
    });
    const seeds = evidence.seeds.length;
    return linesFigure(
      {
        id: 'R-volume.dimensions',
        title: 'The flat minimum gains with dimension',
        subtitle: 'two wells of equal depth in [0, 10]^d',
        x: { label: 'dimensions' },
        panels: [
          {
            title: 'flat well’s part of the chains in either well',
            y: { label: 'part', unit: '%' },
            curves: [
              { color: 'chains, T = 0.5', curve: curve(hot), seeds },
              { color: "Boltzmann's law", curve: curve(arrays('law')) },
              { color: 'plain descent', curve: curve(arrays('descent')), seeds },
            ],
          },
        ],
      },
      look,
    );
  },
};

/** Figures of the rows R-surface, R-sgdl, R-rosen, R-boltz and R-volume. */
export const theoryFigures: readonly PaperFigure[] = [
  surfaceContours,
  endShares,
  endPoints,
  rosenbrockEnds,
  boltzmannCells,
  flatByDimension,
];
