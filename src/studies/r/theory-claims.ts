import { perSeed, trialOf, type Evidence } from '../evidence.ts';
import type { Claim } from '../paper.ts';
import { boltzmannTemperature } from './boltzmann-experiments.ts';
import { noises, settingName, type Setting } from './dynamics.ts';

const setting = (rule: Setting['rule'], noise: Setting['noise'], decay: Setting['decay'] = 'harmonic'): string =>
  settingName({ rule, noise, decay });

/** A number of R-sgdl for this seed. */
const ended = (evidence: Evidence, seed: number, name: string): number =>
  trialOf(evidence, 'R-sgdl', seed).number(name);

/** flat/(flat + sharp): the flat minimum's part of the chains that arrived at one. */
function flatPart(evidence: Evidence, seed: number, name: string): number {
  const [flat, sharp] = [ended(evidence, seed, `${name}.flat`), ended(evidence, seed, `${name}.sharp`)];
  return flat / (flat + sharp);
}

/** The flat basin's part of the area of both basins. */
const flatArea = (evidence: Evidence, seed: number): number => flatPart(evidence, seed, 'area');

const sharpLead = (evidence: Evidence, seed: number, name: string): number =>
  ended(evidence, seed, `${name}.sharp`) - ended(evidence, seed, `${name}.flat`);

// Shares of starts: differences below 0.05 could not be seen in the paper's histograms.
const visible = 0.05;

const surfaceClaims: readonly Claim[] = [
  {
    id: 'R-surface.sharp-wins',
    row: 'R-surface',
    place: 'section 2.1, figure 2',
    statement:
      'Without noise, gradient descent from random starts ends more often in the sharp minimum than in the flat one.',
    quantity: 'share of end points within 1 of the sharp minimum minus the share within 1 of the flat trough',
    hypothesis: { kind: 'mean', smallest: visible },
    needs: ['R-sgdl'],
    measure: (evidence) => perSeed(evidence, (seed) => sharpLead(evidence, seed, setting('gradient', 0))),
  },
  {
    id: 'R-surface.sharp-wins-own-rule',
    row: 'R-surface',
    place: 'section 2.1, figure 2',
    statement: "The same by the paper's own rule, which moves both coordinates by one difference along the diagonal.",
    quantity: 'share of end points within 1 of the sharp minimum minus the share within 1 of the flat trough',
    hypothesis: { kind: 'mean', smallest: visible },
    needs: ['R-sgdl'],
    measure: (evidence) => perSeed(evidence, (seed) => sharpLead(evidence, seed, setting('diagonal-difference', 0))),
  },
  {
    id: 'R-surface.areas',
    row: 'R-surface',
    place: 'section 2.1 (not measured there)',
    statement: 'Without noise the areas of the basins alone say how often each minimum is found.',
    quantity: "flat part of the chains that arrived minus the flat basin's part of the area of both basins",
    // A few standard errors of 1,000 starts, and less than any reader of a histogram would see.
    hypothesis: { kind: 'equivalent', margin: visible },
    needs: ['R-sgdl'],
    measure: (evidence) =>
      perSeed(evidence, (seed) => flatPart(evidence, seed, setting('gradient', 0)) - flatArea(evidence, seed)),
  },
];

const noisy = noises.filter((noise) => noise > 0);

const langevinClaims: readonly Claim[] = [
  {
    id: 'R-sgdl.sharp-wins',
    row: 'R-sgdl',
    place: 'section 2.1, figure 2',
    statement:
      'With noise that falls as 1/(1 + k), chains still end more often in the sharp minimum than in the flat one.',
    quantity: 'share of sharp minus share of flat end points at γ′ = 0.1',
    hypothesis: { kind: 'mean', smallest: visible },
    needs: ['R-sgdl'],
    measure: (evidence) => perSeed(evidence, (seed) => sharpLead(evidence, seed, setting('gradient', 0.1))),
  },
  {
    id: 'R-sgdl.falling-noise',
    row: 'R-sgdl',
    place: 'section 2.1, figure 2',
    statement: 'Noise that falls as 1/(1 + k) does not change which minimum is found.',
    quantity: 'flat part of the chains that arrived, mean over γ′ of 0.1, 0.01 and 0.001, minus that without noise',
    hypothesis: { kind: 'equivalent', margin: visible },
    needs: ['R-sgdl'],
    measure: (evidence) =>
      perSeed(evidence, (seed) => {
        const parts = noisy.map((noise) => flatPart(evidence, seed, setting('gradient', noise)));
        const mean = parts.reduce((sum, part) => sum + part, 0) / parts.length;
        return mean - flatPart(evidence, seed, setting('gradient', 0));
      }),
  },
  {
    id: 'R-sgdl.constant-noise-favours-flat',
    row: 'R-sgdl',
    place: 'section 1 (the claim of the article that is reported on)',
    statement: 'With noise that stays, chains prefer the flat minimum by more than the area of its basin explains.',
    quantity: "flat part of the chains in either well at constant γ′ = 0.1 minus the flat basin's part of the areas",
    hypothesis: { kind: 'mean', smallest: visible },
    needs: ['R-sgdl'],
    measure: (evidence) =>
      perSeed(
        evidence,
        (seed) => flatPart(evidence, seed, setting('gradient', 0.1, 'constant')) - flatArea(evidence, seed),
      ),
  },
  {
    id: 'R-sgdl.own-rule-strands',
    row: 'R-sgdl',
    place: 'section 2.1 (the code behind figure 2)',
    statement: "The paper's own rule leaves more chains away from both minima than the gradient does.",
    quantity: 'share of end points in neither well by the rule minus that by the gradient, without noise',
    hypothesis: { kind: 'mean', smallest: visible },
    needs: ['R-sgdl'],
    measure: (evidence) =>
      perSeed(
        evidence,
        (seed) =>
          ended(evidence, seed, `${setting('diagonal-difference', 0)}.neither`) -
          ended(evidence, seed, `${setting('gradient', 0)}.neither`),
      ),
  },
  {
    id: 'R-sgdl.own-rule-shifts',
    row: 'R-sgdl',
    place: 'section 2.1 (the code behind figure 2)',
    statement:
      "The paper's own rule finds the flat minimum more often, among the chains that arrive, than the gradient does.",
    quantity: 'flat part of the chains that arrived by the rule minus that by the gradient, without noise',
    hypothesis: { kind: 'mean', smallest: visible },
    needs: ['R-sgdl'],
    measure: (evidence) =>
      perSeed(
        evidence,
        (seed) =>
          flatPart(evidence, seed, setting('diagonal-difference', 0)) -
          flatPart(evidence, seed, setting('gradient', 0)),
      ),
  },
];

const rosenbrock = (evidence: Evidence, seed: number, name: string): number =>
  trialOf(evidence, 'R-rosen', seed).number(`${name}.near`);

const rosenbrockClaims: readonly Claim[] = [
  {
    id: 'R-rosen.no-convergence',
    row: 'R-rosen',
    place: 'section 2.1, figure 3, and section 3',
    statement: "Gradient descent does not come to the minimum of Rosenbrock's function from most starts.",
    quantity: 'one half minus the share of end points within 0.1 of (1, 1), gradient, without noise',
    hypothesis: { kind: 'mean', smallest: 0.1 },
    needs: ['R-rosen'],
    measure: (evidence) => perSeed(evidence, (seed) => 0.5 - rosenbrock(evidence, seed, 'gradient.0')),
  },
  {
    id: 'R-rosen.own-rule-fails',
    row: 'R-rosen',
    place: 'section 2.1, figure 3',
    statement: "By the paper's own rule most chains do not come to the minimum.",
    quantity: 'one half minus the share of end points within 0.1 of (1, 1), by the rule, without noise',
    hypothesis: { kind: 'mean', smallest: 0.1 },
    needs: ['R-rosen'],
    measure: (evidence) => perSeed(evidence, (seed) => 0.5 - rosenbrock(evidence, seed, 'diagonal-difference.0')),
  },
  {
    id: 'R-rosen.rule-explains',
    row: 'R-rosen',
    place: 'section 3 (there explained by many local minima, of which the function has none)',
    statement: 'The rule, not the function, keeps chains from the minimum: from the same starts the gradient arrives.',
    quantity: 'share of end points within 0.1 of (1, 1) by the gradient minus that by the rule, without noise',
    hypothesis: { kind: 'mean', smallest: 0.25 },
    needs: ['R-rosen'],
    measure: (evidence) =>
      perSeed(
        evidence,
        (seed) => rosenbrock(evidence, seed, 'gradient.0') - rosenbrock(evidence, seed, 'diagonal-difference.0'),
      ),
  },
  {
    id: 'R-rosen.noise',
    row: 'R-rosen',
    place: 'section 2.1, figure 3',
    statement: 'Noise that falls as 1/(1 + k) changes nothing about that.',
    quantity: 'share of end points within 0.1 of (1, 1) with γ′ = 0.1 minus that without noise, gradient',
    hypothesis: { kind: 'equivalent', margin: 0.1 },
    needs: ['R-rosen'],
    measure: (evidence) =>
      perSeed(
        evidence,
        (seed) => rosenbrock(evidence, seed, 'gradient.0.1') - rosenbrock(evidence, seed, 'gradient.0'),
      ),
  },
];

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
const overPotentials = (measure: (potential: string) => number): number =>
  potentials.reduce((sum, potential) => sum + measure(potential), 0) / potentials.length;

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
        overPotentials((name) => Math.log(stationary(evidence, seed, `${name}.temperature`) / boltzmannTemperature)),
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
    hypothesis: { kind: 'equivalent', margin: visible },
    needs: ['R-volume'],
    measure: (evidence) =>
      perSeed(evidence, (seed) => {
        const { hot, law } = parts(evidence, seed);
        return hot.reduce((sum, part, index) => sum + part - law[index]!, 0) / hot.length;
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

/** Claims of the rows R-surface, R-sgdl, R-rosen, R-boltz and R-volume. */
export const theoryClaims: readonly Claim[] = [
  ...surfaceClaims,
  ...langevinClaims,
  ...rosenbrockClaims,
  ...boltzmannClaims,
  ...volumeClaims,
];
