import { scalarValue, type TensorType } from '../base/index.ts';
import type { MetricRecord } from '../contract/index.ts';
import type { Model } from '../nn/index.ts';
import { asHost, type AnyTensor, type Runtime } from '../runtime/index.ts';
import { parameterTypes, type Update } from '../train/index.ts';
import { innerProduct } from './inner-product.ts';
import { exactRecord, type Probe } from './probe.ts';

/**
 * `cos(g_{t−1}, g_t) = ⟨g_{t−1}, g_t⟩ / (‖g_{t−1}‖·‖g_t‖)` from the second update on, and `‖g_t‖₂` (rows W-cos). A
 * gradient that is zero has no direction: the cosine is NaN.
 *
 * @param norms whether the norms are those of gradients and are recorded: a step along one has the same cosines and others
 */
export async function createGradientCosine(runtime: Runtime, model: Model, norms = true): Promise<Probe> {
  const gradient: Record<string, TensorType> = parameterTypes(model);
  const first = await runtime.compile(
    ({ now }) => ({ now: innerProduct(now, now) }),
    { now: gradient },
    { name: 'gradient-norm' },
  );
  const both = await runtime.compile(
    ({ now, before }) => ({
      now: innerProduct(now, now),
      before: innerProduct(before, before),
      cross: innerProduct(now, before),
    }),
    { now: gradient, before: gradient },
    { name: 'gradient-cosine' },
  );
  const number = (tensor: AnyTensor): number => scalarValue(asHost(tensor));

  async function measure({ iteration, gradient: now, previousGradient: before }: Update): Promise<MetricRecord[]> {
    if (!now) return [];
    const normOf = (squared: number): MetricRecord[] =>
      norms ? [exactRecord('gradient.norm', iteration, Math.sqrt(squared))] : [];
    if (!before) return normOf(number((await first.run({ now })).now));
    const products = await both.run({ now, before });
    const [normSquared, otherSquared, cross] = [number(products.now), number(products.before), number(products.cross)];
    return [
      ...normOf(normSquared),
      exactRecord('gradient.cosine', iteration, cross / Math.sqrt(normSquared * otherSquared)),
    ];
  }
  return {
    afterUpdate: measure,
    async release() {
      await first.release();
      await both.release();
    },
  };
}
