import { trialOf, type Evidence } from '../evidence.ts';
import { meanOf, perSeed } from '../measures.ts';
import type { Claim } from '../paper.ts';
import { noises, settingName, visibleShare, type Setting } from './dynamics.ts';

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

const basinClaims: readonly Claim[] = [
  {
    id: 'R-surface.sharp-wins',
    row: 'R-surface',
    place: 'section 2.1, figure 2',
    statement:
      'Without noise, gradient descent from random starts ends more often in the sharp minimum than in the flat one.',
    quantity: 'share of end points within 1 of the sharp minimum minus the share within 1 of the flat trough',
    hypothesis: { kind: 'mean', smallest: visibleShare },
    needs: ['R-sgdl'],
    measure: (evidence) => perSeed(evidence, (seed) => sharpLead(evidence, seed, setting('gradient', 0))),
  },
  {
    id: 'R-surface.sharp-wins-own-rule',
    row: 'R-surface',
    place: 'section 2.1, figure 2',
    statement: "The same by the paper's own rule, which moves both coordinates by one difference along the diagonal.",
    quantity: 'share of end points within 1 of the sharp minimum minus the share within 1 of the flat trough',
    hypothesis: { kind: 'mean', smallest: visibleShare },
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
    hypothesis: { kind: 'equivalent', margin: visibleShare },
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
    hypothesis: { kind: 'mean', smallest: visibleShare },
    needs: ['R-sgdl'],
    measure: (evidence) => perSeed(evidence, (seed) => sharpLead(evidence, seed, setting('gradient', 0.1))),
  },
  {
    id: 'R-sgdl.falling-noise',
    row: 'R-sgdl',
    place: 'section 2.1, figure 2',
    statement: 'Noise that falls as 1/(1 + k) does not change which minimum is found.',
    quantity: 'flat part of the chains that arrived, mean over γ′ of 0.1, 0.01 and 0.001, minus that without noise',
    hypothesis: { kind: 'equivalent', margin: visibleShare },
    needs: ['R-sgdl'],
    measure: (evidence) =>
      perSeed(evidence, (seed) => {
        const parts = noisy.map((noise) => flatPart(evidence, seed, setting('gradient', noise)));
        return meanOf('R-sgdl: flat parts', parts) - flatPart(evidence, seed, setting('gradient', 0));
      }),
  },
  {
    id: 'R-sgdl.constant-noise-favours-flat',
    row: 'R-sgdl',
    place: 'section 1 (the claim of the article that is reported on)',
    statement: 'With noise that stays, chains prefer the flat minimum by more than the area of its basin explains.',
    quantity: "flat part of the chains in either well at constant γ′ = 0.1 minus the flat basin's part of the areas",
    hypothesis: { kind: 'mean', smallest: visibleShare },
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
    hypothesis: { kind: 'mean', smallest: visibleShare },
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
    hypothesis: { kind: 'mean', smallest: visibleShare },
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

/** Claims of the rows R-surface and R-sgdl. */
export const surfaceClaims: readonly Claim[] = [...basinClaims, ...langevinClaims];
