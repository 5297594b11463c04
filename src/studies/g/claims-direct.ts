import { trialOf, type Evidence } from '../evidence.ts';
import { finalOf, logRatio, meanOf, perSeed } from '../measures.ts';
import type { Claim } from '../paper.ts';
import { advantage } from './advantage.ts';
import { objectivesOf, ruleContrast, type Objective, type Rule } from './experiments-beyond.ts';
import { largeParameter, lossNames, losses, mnist, smallParameter, type LossName } from './setting.ts';

const place = 'section 5, future work';
const plain: Objective = { loss: 'crossEntropy', parameter: 1 };

const same = (a: Objective, b: Objective): boolean => a.loss === b.loss && a.parameter === b.parameter;

/** The alternative losses of one kind that networks are trained on. */
const trainedOn = (evidence: Evidence, loss: LossName): Objective[] =>
  objectivesOf(evidence.scale).filter((objective) => objective.loss === loss && !same(objective, plain));

/** A loss at the end of a run that was trained on some objective. */
const reached = (evidence: Evidence, seed: number, by: Objective, { loss, parameter }: Objective): number =>
  finalOf(trialOf(evidence, 'G-direct', seed, by), losses[loss].series, parameter);

/** `ln(best other/own)` of each loss, mean over its parameters: by how much the run that is trained on it is the best. */
function lead(evidence: Evidence, seed: number, loss: LossName, others: (own: Objective) => Objective[]): number {
  const leads = trainedOn(evidence, loss).map((own) => {
    const best = Math.min(...others(own).map((other) => reached(evidence, seed, other, own)));
    return logRatio(`${losses[loss].title} at ${own.parameter}`, best, reached(evidence, seed, own, own));
  });
  return meanOf(`trained on the ${losses[loss].title}`, leads);
}

const statementOf = (loss: LossName, than: string): string =>
  `Training on the ${losses[loss].title} at some ${losses[loss].parameter} makes that loss smaller than ${than}, with as many updates that begin equally long.`;

/** Two losses five per cent apart. */
const counts = { kind: 'mean', smallest: Math.log(1.05) } as const;

const best = (loss: LossName): Claim => ({
  id: `G-direct.best-${loss}`,
  row: 'G-direct',
  place,
  statement: statementOf(loss, 'training on any other loss does'),
  quantity: `log ratio of the ${losses[loss].title} in the best run trained on another loss and in the run trained on it, mean over ${losses[loss].parameter}`,
  hypothesis: counts,
  needs: ['G-direct'],
  measure: (evidence) =>
    perSeed(evidence, (seed) =>
      lead(evidence, seed, loss, (own) => objectivesOf(evidence.scale).filter((other) => !same(other, own))),
    ),
});

const beyondPlain = (loss: LossName): Claim => ({
  id: `G-direct.explicit-${loss}`,
  row: 'G-direct',
  place,
  statement: statementOf(loss, 'training on cross-entropy does implicitly'),
  quantity: `log ratio of the ${losses[loss].title} in the run trained on cross-entropy and in the run trained on it, mean over ${losses[loss].parameter}`,
  hypothesis: counts,
  needs: ['G-direct'],
  measure: (evidence) => perSeed(evidence, (seed) => lead(evidence, seed, loss, () => [plain])),
});

const titles: Readonly<Record<Rule, string>> = { adam: 'Adam', rmsprop: 'RMSProp', sam: 'SAM' };

const rule = (name: Rule, side: 'large' | 'small'): Claim => {
  const [parameter, sign, says] =
    side === 'large' ? ([largeParameter, 1, 'smaller'] as const) : ([smallParameter, -1, 'larger'] as const);
  return {
    id: `G-direct.${name}-${side}`,
    row: 'G-direct',
    place,
    statement: `With ${titles[name]}, at equal training loss, the larger learning rate has the ${says} losses with ${side} parameters, as with SGD.`,
    quantity: `${sign > 0 ? 'log ratio' : 'negative log ratio'} of each loss at parameter ${parameter} at the fixed training loss: small over large rate, mean over the losses`,
    // As for SGD.
    hypothesis: { kind: 'mean', smallest: Math.log(1.01) },
    needs: ['G-rules'],
    measure: (evidence) =>
      perSeed(evidence, (seed) => {
        const [contrast, level] = [ruleContrast(name, evidence.scale), mnist.level[evidence.scale]];
        const advantages = lossNames.map((loss) => advantage(evidence, contrast, seed, level, { loss, parameter }));
        return sign * meanOf(titles[name], advantages);
      }),
  };
};

/** What the paper names as future work: row G-direct. */
export const directClaims: readonly Claim[] = [
  ...lossNames.map(best),
  ...lossNames.map(beyondPlain),
  ...(['adam', 'rmsprop', 'sam'] as const).flatMap((name) => [rule(name, 'large'), rule(name, 'small')]),
];
