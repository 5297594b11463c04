import type { Scale, SpecificationInput } from '../../contract/index.ts';
import type { TrainingExperiment } from '../paper.ts';
import { correlationSettings, networks, plainSgd, type NetworkName } from './settings.ts';

type Data = SpecificationInput['data'];
type Model = SpecificationInput['model'];

const dataOf = (network: NetworkName, scale: Scale): Data => {
  const { examples, testExamples } = correlationSettings[scale];
  const name = network === 'fc6-cifar10' ? 'cifar-10' : 'mnist';
  return { name, examples: examples[network], testExamples };
};

const modelOf = (network: NetworkName): Model => ({ name: network === 'lenet-mnist' ? 'lenet' : 'fc6' });

/** Rows M-corr, M-ht and M-models: the paper's networks, and the Hessian traces of some of their examples along training. */
export const correlationTraining: TrainingExperiment = {
  kind: 'training',
  id: 'M-corr',
  title: 'Hessian traces and margins along training',
  description:
    'Trains LeNet and the fully connected network with batch normalisation, and takes the Hessian trace of 1,000 training ' +
    'examples along the way, with its correlation to the affine trace and to the margin bound.',
  differences:
    'Traces are exact, not estimated. The paper names neither batch size nor learning rate of these runs: 256 and 0.1, those of ' +
    'its table 1, are taken, and 10,000 updates from its figures. Smaller scales take fewer examples and updates.',
  rows: ['M-ht', 'M-corr', 'M-models', 'M-aceht', 'M-bound'],
  seeds: { smoke: 3, laptop: 5, paper: 5 },
  trials: (scale) =>
    networks.map((network) => {
      const { batchSize, updates, every, traces } = correlationSettings[scale];
      return {
        condition: { network },
        specification: {
          data: dataOf(network, scale),
          model: modelOf(network),
          optimizer: plainSgd(batchSize),
          duration: `${updates} iterations`,
          evaluate: `${every} iterations`,
          probes: [{ kind: 'per-example-hessian-trace', examples: traces, every: `${every} iterations` }],
          checkpoints: { every: `${updates / 2} iterations`, keep: 2 },
        },
      };
    }),
};
