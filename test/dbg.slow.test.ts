import { it } from 'vitest';
import { simplify } from '../src/autodiff/index.ts';
import { graphOrder } from '../src/graph/index.ts';
import { createOrtBackend } from '../src/runtime/node/index.ts';
import { useVulkanDriver } from './runtime/vulkan.ts';
import { evaluate } from './support/derivatives.ts';
import { derivativesOf } from './support/golden-derivatives.ts';
import { readGoldens } from './support/golden-graphs.ts';
import { runOn } from './support/runtime.ts';

it('bisects', async () => {
  useVulkanDriver();
  const golden = readGoldens().find(({ name }) => name === 'conv-network')!;
  const backend = await createOrtBackend({ device: 'webgpu', threads: 1 });
  const { graph, values } = derivativesOf(golden, 'float32');
  for (const simple of [false, true]) {
    const base = { inputs: graph.inputs, outputs: { loss: graph.outputs['loss']! } };
    const g = simple ? simplify(base) : base;
    const nodes = graphOrder(g).filter((t) => t.operator !== 'Input' && t.dtype === 'float32');
    const full = { inputs: g.inputs, outputs: Object.fromEntries(nodes.map((t, i) => [`o${i}`, t])) };
    const [a, b] = [await runOn(backend, { graph: full, values }), evaluate({ graph: full, values })];
    nodes.forEach((t, i) => {
      const [x, y] = [a[`o${i}`]!, b[`o${i}`]!];
      let e = 0, n = 0;
      y.forEach((v, k) => { e += (v - x[k]!) ** 2; n += v * v; });
      console.log(simple, i, t.toString(), t.inputs.map(String).join(' | '), JSON.stringify(t.attributes).slice(0, 80), Math.sqrt(e / (n || 1)).toExponential(2));
    });
    const only = await runOn(backend, { graph: g, values });
    console.log(simple, 'loss alone', only['loss'], evaluate({ graph: g, values })['loss']);
  }
});
