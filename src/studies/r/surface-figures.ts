import {
  barsFigure,
  histogramFigure,
  scatterFigure,
  surfaceFigure,
  type BarCategory,
  type ScatterPanel,
} from '../../figures/index.ts';
import { trialOf, type Evidence } from '../evidence.ts';
import { spreadOf } from '../measures.ts';
import type { PaperFigure } from '../paper.ts';
import { ruleTitles, seedsText, settingName, settings, type Setting } from './dynamics.ts';

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
    const { mean, interval } = spreadOf(shares.map((share) => 100 * share));
    return { group, value: mean, ...(shares.length > 1 && { interval }), expected };
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

const endHistograms: PaperFigure = {
  id: 'R-sgdl.histograms',
  row: 'R-sgdl',
  place: 'figure 2',
  title: 'Histograms of end points',
  caption:
    'First coordinate of up to 1,000 end points of the first seed, by rule and noise; the flat trough is at 4, the sharp well at 8.',
  needs: ['R-sgdl'],
  claims: ['R-surface.sharp-wins', 'R-surface.sharp-wins-own-rule', 'R-sgdl.sharp-wins'],
  draw: (evidence, look) =>
    histogramFigure(
      {
        id: 'R-sgdl.histograms',
        title: 'Histograms of end points',
        subtitle: 'left: gradient, right: the paper’s own rule; 1 seed',
        x: { label: 'x of the end point' },
        groups: shownSettings.map((setting) => ({
          label: settingTitle(setting),
          values: trialOf(evidence, 'R-sgdl', evidence.seeds[0]!).array(`${settingName(setting)}.x`),
        })),
        layout: 'panels',
        columns: 2,
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

/** Figures of the rows R-surface, R-sgdl and R-rosen. */
export const surfaceFigures: readonly PaperFigure[] = [
  surfaceContours,
  endShares,
  endPoints,
  endHistograms,
  rosenbrockEnds,
];
