import type { HostTensor } from '../base/index.ts';
import type { QuantityOf } from '../contract/index.ts';
import { ExampleEvaluator, type ExampleEvaluation } from '../curvature/index.ts';
import type { GridLoss, LossGrid } from '../nn/index.ts';
import { meanReading } from './mean-reading.ts';
import type { Quantity, QuantitySetting, Reading } from './quantity.ts';

/** The series of each loss of the grid. */
const series = {
  gcdf: 'loss.gcdf',
  crossEntropy: 'loss.crossEntropy',
  hinge: 'loss.hinge',
} as const satisfies Record<GridLoss, Reading['series']>;

/**
 * What paper G follows while another loss is minimised (row G-track): the mean Gcdf loss for each σ, cross-entropy for each
 * temperature and hinge loss for each margin, without penalty, coordinate the parameter; beside them the training loss and the
 * training error of the same examples, against which they are drawn (row G-phase). What is measured at one point, read against
 * the parameter, is a slice at its training loss (row G-slice). One pass over the examples for all of it.
 *
 * Throws `GRAPH_SHAPE` for a network of one class.
 */
export async function createAlternativeLosses(
  { sigmas, temperatures, margins }: QuantityOf<'alternative-losses'>,
  { network }: QuantitySetting,
): Promise<Quantity> {
  const grid = { gcdf: sigmas, crossEntropy: temperatures, hinge: margins };
  const evaluator = await ExampleEvaluator.create(network, { losses: grid });
  return {
    maxProducts: 1,
    stopsEarly: false,
    async measure(point, _moment, { tensors = false } = {}) {
      const found = await evaluator.evaluate(point);
      return {
        readings: [
          ...gridMeans(grid, found),
          meanReading('loss.training', found.loss),
          meanReading(
            'loss.error',
            found.correct.map((correct) => 1 - correct),
          ),
        ],
        products: 1,
        converged: null,
        tensors: tensors ? perExample(found) : {},
      };
    },
    async rehearse(point) {
      await evaluator.evaluate(point);
      return 1;
    },
    release: () => evaluator.release(),
  };
}

const gridMeans = (grid: Required<LossGrid>, { losses }: ExampleEvaluation): Reading[] =>
  lossNames.flatMap((name) =>
    (losses[name] ?? []).map((values, index) => meanReading(series[name], values, grid[name][index])),
  );

const lossNames = Object.keys(series) as GridLoss[];

/** The losses of each example: [parameters, examples] for each of the grid. */
const perExample = ({ losses, loss, correct }: ExampleEvaluation): Record<string, HostTensor> => ({
  ...Object.fromEntries(
    lossNames.flatMap((name) => {
      const rows = losses[name] ?? [];
      return rows.length === 0 ? [] : [[series[name], matrix(rows)]];
    }),
  ),
  'loss.training': matrix([loss], [loss.length]),
  'loss.error': matrix([correct.map((value) => 1 - value)], [correct.length]),
});

function matrix(rows: readonly Float32Array[], shape = [rows.length, rows[0]!.length]): HostTensor {
  const data = new Float32Array(rows.reduce((total, { length }) => total + length, 0));
  let offset = 0;
  for (const row of rows) {
    data.set(row, offset);
    offset += row.length;
  }
  return { dtype: 'float32', shape, data };
}
