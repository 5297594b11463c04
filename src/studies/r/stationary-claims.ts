import { trialOf, type Evidence } from '../evidence.ts';
import { logRatio, meanOf, perSeed } from '../measures.ts';
import type { Claim } from '../paper.ts';
import { boltzmannTemperature } from './boltzmann-experiments.ts';
import { visibleShare } from './dynamics.ts';

const stationary = (evidence: Evidence, seed: number, name: string): number =>
  trialOf(evidence, 'R-boltz', seed).number(name);

const excessDistance = (potential: 'surface' | 'quadratic', title: string): Claim => ({
  id: `R-boltz.${potential}`,
  row: 'R-boltz',
  place: 'section 1',
  statement: `With constant noise, chains on the ${title} are in the end distributed by Boltzmann's law.`,
  quantity:
    'total-variation distance of the histogram to exp(−U/T)/Z minus what sampling alone makes of it on average, T from γ′² = 2γT',
  // Three per cent of the probability in the wrong place.
  hypothesis: { kind: 'equivalent', margin: 0.03 },
  needs: ['R-boltz'],
  measure: (evidence) =>
    perSeed(
      evidence,
      (seed) =>
        stationary(evidence, seed, `${potential}.distance`) -
        stationary(evidence, seed, `${potential}.expected-distance`),
    ),
});

const potentials = ['surface', 'quadratic'] as const;
const overPotentials = (measure: (potential: string) => number): number => meanOf('R-boltz', potentials.map(measure));

const boltzmannClaims: readonly Claim[] = [
  excessDistance('surface', 'surface with two minima'),
  excessDistance('quadratic', 'quadratic'),
  {
    id: 'R-boltz.chi-square',
    row: 'R-boltz',
    place: 'section 1',
    statement: 'A chi-square test of independent chains sees no difference between their histogram and the law.',
    quantity: 'χ² over its degrees of freedom, minus 1; mean over surface and quadratic',
    // Of some 60 degrees of freedom it spreads by 0.2 where the law is exact.
    hypothesis: { kind: 'equivalent', margin: 0.5 },
    needs: ['R-boltz'],
    measure: (evidence) =>
      perSeed(evidence, (seed) =>
        overPotentials(
          (name) =>
            stationary(evidence, seed, `${name}.chi-square`) / stationary(evidence, seed, `${name}.degrees`) - 1,
        ),
      ),
  },
  {
    id: 'R-boltz.temperature',
    row: 'R-boltz',
    place: 'section 1',
    statement: 'The power of the noise is the temperature: the most likely temperature of the chains is γ′²/(2γ).',
    quantity: 'log of the maximum-likelihood temperature over γ′²/(2γ); mean over surface and quadratic',
    // A tenth: the finite step alone makes some per cent.
    hypothesis: { kind: 'equivalent', margin: 0.1 },
    needs: ['R-boltz'],
    measure: (evidence) =>
      perSeed(evidence, (seed) =>
        overPotentials((name) =>
          logRatio(
            `R-boltz: temperature on the ${name}`,
            stationary(evidence, seed, `${name}.temperature`),
            boltzmannTemperature,
          ),
        ),
      ),
  },
];

/** Parts of the flat well by dimension: measured in equilibrium, after plain descent, and by the law. */
function parts(evidence: Evidence, seed: number) {
  const trial = trialOf(evidence, 'R-volume', seed);
  const [flat, sharp] = [trial.array('flat'), trial.array('sharp')];
  return {
    hot: flat.map((share, index) => share / (share + sharp[index]!)),
    descent: trial.array('descent'),
    law: trial.array('law'),
    dimension: trial.array('dimension'),
  };
}

const volumeClaims: readonly Claim[] = [
  {
    id: 'R-volume.grows',
    row: 'R-volume',
    place: 'section 1',
    statement: 'Of two wells of equal depth the larger one is much more likely in high dimensions.',
    quantity:
      'flat part of the chains in either well in the highest dimension minus that in one dimension, where the wells are equal',
    hypothesis: { kind: 'mean', smallest: 0.2 },
    needs: ['R-volume'],
    measure: (evidence) =>
      perSeed(evidence, (seed) => {
        const { hot } = parts(evidence, seed);
        return hot.at(-1)! - hot[0]!;
      }),
  },
  {
    id: 'R-volume.law',
    row: 'R-volume',
    place: 'section 1',
    statement: "The flat well's part is that of Boltzmann's law in every dimension.",
    quantity: 'flat part of the chains in either well minus that of the law; mean over dimensions',
    hypothesis: { kind: 'equivalent', margin: visibleShare },
    needs: ['R-volume'],
    measure: (evidence) =>
      perSeed(evidence, (seed) => {
        const { hot, law } = parts(evidence, seed);
        return meanOf(
          'R-volume: parts less those of the law',
          hot.map((part, index) => part - law[index]!),
        );
      }),
  },
  {
    id: 'R-volume.noise-favours-flat',
    row: 'R-volume',
    place: 'section 1 (the claim of the article that is reported on)',
    statement:
      'On the surface of the paper, chains in equilibrium are in the flat well more often than the basins of plain descent explain.',
    quantity:
      'flat part of the chains in either well at T = 0.5 minus that after plain descent from the same starts, d = 2',
    hypothesis: { kind: 'mean', smallest: visibleShare },
    needs: ['R-volume'],
    measure: (evidence) =>
      perSeed(evidence, (seed) => {
        const { hot, descent, dimension } = parts(evidence, seed);
        const plane = dimension.indexOf(2);
        return hot[plane]! - descent[plane]!;
      }),
  },
  {
    id: 'R-volume.without-noise',
    row: 'R-volume',
    place: 'section 1 (there for the noisy method)',
    statement:
      'Plain descent from uniform starts finds the flat minimum more often in high dimensions too: volume of basins suffices.',
    quantity:
      'flat part of the chains that arrived by plain descent in the highest dimension minus that in one dimension',
    hypothesis: { kind: 'mean', smallest: 0.2 },
    needs: ['R-volume'],
    measure: (evidence) =>
      perSeed(evidence, (seed) => {
        const { descent } = parts(evidence, seed);
        return descent.at(-1)! - descent[0]!;
      }),
  },
];

/** Claims of the rows R-boltz and R-volume. */
export const stationaryClaims: readonly Claim[] = [...boltzmannClaims, ...volumeClaims];
