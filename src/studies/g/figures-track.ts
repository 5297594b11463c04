import { parseSpan, type Condition } from '../../contract/index.ts';
import { linesFigure, type CurvesPanel } from '../../figures/index.ts';
import { bandWords, meanCurve } from '../curves.ts';
import { trialOf, type Evidence } from '../evidence.ts';
import type { PaperFigure } from '../paper.ts';
import { trackOf } from './equal-loss.ts';
import {
  contrastOf,
  lossNames,
  losses,
  cifar,
  mnist,
  parameters,
  type ContrastKind,
  type LossName,
  type Setting,
} from './setting.ts';

/** How a condition is called. */
export const conditionTitle = ({ rate, batch, rule }: Condition): string =>
  [rule, `learning rate ${String(rate)}`, batch === undefined ? undefined : `batch ${String(batch)}`]
    .filter((part) => part !== undefined)
    .join(', ');

/** A loss of one run for every parameter, against epochs. */
function panelOf(evidence: Evidence, setting: Setting, condition: Condition, loss: LossName): CurvesPanel {
  const epochs = parseSpan(setting.duration[evidence.scale]).count;
  const { series, title } = losses[loss];
  const curves = parameters[evidence.scale].map((parameter) => {
    const tracks = evidence.seeds.map((seed) =>
      trackOf(trialOf(evidence, setting.experiment, seed, condition), series, parameter),
    );
    const { iterations } = tracks[0]!;
    const x = iterations.map((iteration) => (epochs * iteration) / iterations.at(-1)!);
    const ofSeeds = tracks.map(({ values }) => values);
    return { color: String(parameter), ...meanCurve(x, ofSeeds) };
  });
  return { title: `${title}, ${conditionTitle(condition)}`, y: { label: null, scale: 'log' }, curves };
}

const track = (
  setting: Setting,
  kind: ContrastKind,
  figures: readonly number[],
  shows: readonly string[],
): PaperFigure => {
  const id = `G-track.${kind}-${setting.experiment.slice('G-'.length)}`;
  const title = `Alternative losses along training on ${setting.title}: ${kind === 'rates' ? 'learning rates' : 'batch sizes'}`;
  return {
    id,
    row: 'G-track',
    place: `figures ${figures.join(', ')}`,
    title,
    caption:
      'Each loss for several parameters while the network is trained by cross-entropy, with the noisier run on the left and the ' +
      'quieter one on the right; means over seeds, bands of one standard deviation.',
    needs: [setting.experiment],
    claims: shows,
    draw(evidence, options) {
      const { noisy, quiet } = contrastOf(setting, kind, evidence.scale);
      return linesFigure(
        {
          id,
          title,
          subtitle: 'trained by cross-entropy (T = 1); losses by the running statistics of batch normalisation',
          x: { label: 'epoch' },
          columns: 2,
          colors: { title: 'σ, T or γ', coloring: 'sequence' },
          band: bandWords.deviation,
          panels: lossNames.flatMap((loss) =>
            [noisy, quiet].map((condition) => panelOf(evidence, setting, condition, loss)),
          ),
        },
        options,
      );
    },
  };
};

const shown = (...numbers: readonly number[]): string[] => numbers.map((number) => `G-track.figure-${number}`);

/** Training curves: row G-track. */
export const trackFigures: readonly PaperFigure[] = [
  track(cifar, 'rates', [2, 3, 4], shown(2, 3, 4)),
  track(cifar, 'batches', [5, 13, 14], shown(5, 13, 14)),
  track(mnist, 'rates', [8, 10, 11], shown(8, 10, 11)),
  track(mnist, 'batches', [9], shown(9)),
];
