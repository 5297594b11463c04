import { linesFigure, scatterFigure } from '../../figures/index.ts';
import { meanCurve } from '../curves.ts';
import { trialOf, type Evidence } from '../evidence.ts';
import { meanOf } from '../measures.ts';
import type { PaperFigure } from '../paper.ts';
import { seedsText } from './dynamics.ts';

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
function cellShares(evidence: Evidence, name: string): number[] {
  const arrays = evidence.seeds.map((seed) => trialOf(evidence, 'R-boltz', seed).array(name));
  return arrays[0]!.map((_, cell) => {
    const shares = arrays.map((array) => 100 * array[cell]!);
    return meanOf(`R-boltz: ${name}`, shares);
  });
}

const flatByDimension: PaperFigure = {
  id: 'R-volume.dimensions',
  row: 'R-volume',
  place: 'section 1',
  title: 'The flat minimum gains with dimension',
  caption: 'Flat well’s part of the chains that are in either well, mean over seeds, by dimension.',
  needs: ['R-volume'],
  claims: ['R-volume.grows', 'R-volume.law', 'R-volume.noise-favours-flat', 'R-volume.without-noise'],
  draw(evidence, look) {
    const arrays = (name: string): number[][] =>
      evidence.seeds.map((seed) => [...trialOf(evidence, 'R-volume', seed).array(name)]);
    const [flat, sharp] = [arrays('flat'), arrays('sharp')];
    const hot = flat.map((shares, seed) => shares.map((share, index) => share / (share + sharp[seed]![index]!)));
    const parts = (ofSeeds: readonly (readonly number[])[]) => {
      const percent = ofSeeds.map((values) => values.map((part) => 100 * part));
      const { curve, seeds } = meanCurve(arrays('dimension')[0]!, percent);
      return { curve, seeds };
    };
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
              { color: 'chains, T = 0.5', ...parts(hot) },
              { color: "Boltzmann's law", curve: parts(arrays('law')).curve },
              { color: 'plain descent', ...parts(arrays('descent')) },
            ],
          },
        ],
      },
      look,
    );
  },
};

/** Figures of the rows R-boltz and R-volume. */
export const stationaryFigures: readonly PaperFigure[] = [boltzmannCells, flatByDimension];
