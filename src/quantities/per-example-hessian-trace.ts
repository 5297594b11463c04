import { hostTensor, ThalwegError, type HostTensor } from '../base/index.ts';
import type { QuantityOf } from '../contract/index.ts';
import {
  createExactTraces,
  createTraceEstimates,
  createTraceEstimatesOneByOne,
  ExampleEvaluator,
  type ExampleEvaluation,
  type ExampleMeter,
} from '../curvature/index.ts';
import { RunningMoments } from '../linop/index.ts';
import { beside } from '../runtime/index.ts';
import { reading, type Quantity, type QuantitySetting } from './quantity.ts';
import { traceCorrelations } from './trace-correlations.ts';

/** Traces of examples, and their errors where they are estimates. */
interface Traces {
  readonly values: Float64Array<ArrayBuffer>;
  readonly standardErrors?: Float64Array<ArrayBuffer>;
}

/**
 * Traces of the Hessians of single examples (row M-ht): their mean with its standard error over examples, and their
 * correlations with what margins say of them (row M-corr, {@link traceCorrelations}). The values themselves only as tensors.
 *
 * Throws `NO_EXACT_TRACE` for exact traces of a network that has none (smooth activations), `USAGE` for fewer than two
 * examples, and one by one for chunks of more than one example.
 */
export async function createPerExampleHessianTrace(
  { method, probes }: QuantityOf<'per-example-hessian-trace'>,
  { network, seed }: QuantitySetting,
): Promise<Quantity> {
  const { count } = network.examples;
  if (count < 2)
    throw new ThalwegError('USAGE', `per-example-hessian-trace: expected at least 2 examples, got ${count}`);
  const meter = await createMeter(method, { network, seed }, probes);
  const evaluator = await beside([meter], () => ExampleEvaluator.create(network));
  // One more pass for what traces are correlated with.
  const passes = meter.passes + 1;
  return {
    maxProducts: passes,
    stopsEarly: false,
    async measure(point, _, { tensors = false } = {}) {
      const traces = await meter.at(point);
      const evaluation = await evaluator.evaluate(point);
      const moments = new RunningMoments(1);
      for (const trace of traces.values) moments.add([trace]);
      return {
        readings: [
          reading('exampleTrace.mean', moments.mean()[0]!, count, moments.standardError()[0]),
          ...traceCorrelations(traces.values, evaluation),
        ],
        products: passes,
        converged: null,
        tensors: tensors ? columns(traces, evaluation) : {},
      };
    },
    async rehearse(point) {
      await meter.pass(point);
      return 1;
    },
    async release() {
      await meter.release();
      await evaluator.release();
    },
  };
}

function createMeter(
  method: QuantityOf<'per-example-hessian-trace'>['method'],
  { network, seed }: QuantitySetting,
  probes: number,
): Promise<ExampleMeter<Traces>> {
  switch (method) {
    case 'exact':
      return createExactTraces(network);
    case 'hutchinson':
      return createTraceEstimates(network, { probes, seed });
    case 'one-by-one':
      return createTraceEstimatesOneByOne(network, { probes, seed });
  }
}

/** Everything that a scatter plot takes, in the order of the examples. */
function columns({ values, standardErrors }: Traces, evaluation: ExampleEvaluation): Record<string, HostTensor> {
  const { affineTrace, marginBound, correct } = evaluation;
  const float32 = (data: Float32Array<ArrayBuffer>): HostTensor => hostTensor('float32', [data.length], data);
  const float64 = (data: Float64Array<ArrayBuffer>): HostTensor => hostTensor('float64', [data.length], data);
  return {
    'exampleTrace.value': float64(values),
    ...(standardErrors && { 'exampleTrace.standardError': float64(standardErrors) }),
    'exampleTrace.correct': float32(correct),
    'exampleTrace.affineInput': float32(affineTrace.input),
    'exampleTrace.affineFeatures': float32(affineTrace.features),
    'exampleTrace.boundInput': float32(marginBound.input),
    'exampleTrace.boundFeatures': float32(marginBound.features),
  };
}
