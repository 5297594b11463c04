import type { HostTensor } from '../../base/index.ts';
import type { MeasuredValue, QuantitySpecification, Specification } from '../../contract/index.ts';
import { initialState, Evaluator, type Evaluation } from '../../train/index.ts';
import { checked } from '../beginning.ts';
import { measureAll, type MeasureHooks } from '../measure.ts';
import { prepare } from '../prepare.ts';
import { closing } from '../resource.ts';
import { trainingSeed } from '../training-seed.ts';

export interface PointRequest {
  /** Model, weights, data and loss; nothing is trained. */
  readonly specification: Specification;
  /** Measured one after the other, after the loss. */
  readonly quantities: readonly QuantitySpecification[];
  /** Training examples of the loss; default: 2,000, or all of fewer. */
  readonly examples?: number | 'all';
  /** Whether vectors and per-example values are wanted as well; default false. */
  readonly tensors?: boolean;
  /** Folder of data sets; default: `$THALWEG_DATA`, then the user's cache. */
  readonly dataDirectory?: string;
  /** Bytes of resident memory that the process shall stay within: chunks become smaller; default: as for runs. */
  readonly memory?: number;
}

export interface PointHooks extends MeasureHooks {
  /** Hears first of the network, then of its loss. */
  readonly onOpened?: (point: Pick<MeasuredPoint, 'parameters' | 'inputShape' | 'classes'>) => void;
  readonly onEvaluated?: (evaluation: Evaluation) => void;
}

/** A network from elsewhere, measured. */
export interface MeasuredPoint {
  /** Number of trainable numbers. */
  readonly parameters: number;
  readonly inputShape: readonly number[];
  readonly classes: number;
  /** Mean loss and accuracy on the training examples, with running statistics of batch normalisation. */
  readonly evaluation: Evaluation;
  readonly quantities: readonly MeasuredValue[];
  readonly tensors: Readonly<Record<string, HostTensor>>;
}

const defaultExamples = 2000;

/** Nothing is trained: there is no learning rate that a threshold of stability could follow from. */
const isOfPoint = ({ name }: MeasuredValue): boolean => name !== 'hessian.stability';

/**
 * Measures a network that no run has made, at the weights of its file: first loss and accuracy, then the quantities, each told as
 * soon as it is there. Writes nothing. Throws what loading data and network and the quantities throw, `INTERRUPTED`, and `USAGE`
 * for too little memory.
 */
export async function measurePoint(request: PointRequest, hooks: PointHooks = {}): Promise<MeasuredPoint> {
  const { dataDirectory, memory: bytes, quantities } = request;
  const memory = bytes === undefined ? undefined : { bytes, quantities };
  const prepared = await prepare(checked(request.specification), { dataDirectory, memory }, hooks.onNote);
  return closing(prepared, async () => {
    const { objective, runtime, data, specification } = prepared;
    const { model } = objective;
    const opened = { parameters: model.size, inputShape: data.inputShape, classes: model.classes };
    hooks.onOpened?.(opened);
    const { parameters, buffers = {} } = initialState(model, trainingSeed(specification));
    const { examples = Math.min(defaultExamples, data.train.count) } = request;
    const chunks = prepared.chunked(prepared.evaluationSet(examples));
    const evaluator = await Evaluator.create(runtime, objective, chunks);
    const evaluation = await evaluator.evaluate(parameters, buffers).finally(() => evaluator.release());
    hooks.onEvaluated?.(evaluation);
    const tell = (values: readonly MeasuredValue[]): void => hooks.onMeasured?.(values.filter(isOfPoint));
    const told = { ...hooks, onMeasured: tell };
    const measured = await measureAll(prepared, { parameters, buffers }, 0, request, told);
    const { tensors } = measured;
    const values = measured.values.filter(isOfPoint);
    return { ...opened, evaluation, quantities: values, tensors };
  });
}
