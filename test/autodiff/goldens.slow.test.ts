import { afterAll, beforeAll, describe, it } from 'vitest';
import { simplify } from '../../src/autodiff/index.ts';
import type { Backend, Device } from '../../src/runtime/index.ts';
import { createOrtBackend } from '../../src/runtime/node/index.ts';
import { useVulkanDriver } from '../runtime/vulkan.ts';
import { derivativesOf, expectGolden } from '../support/golden-derivatives.ts';
import { readGoldens, type Golden } from '../support/golden-graphs.ts';
import { runOn } from '../support/runtime.ts';

// torch.max along an axis gives a tie to its first element; Thalweg shares it.
const compared = readGoldens().filter(({ name }) => name !== 'max-ties-first');

/** On SwiftShader every new kernel costs half a second: the networks, and one golden of each operator with a kernel of its own. */
const kernels = [
  'matmul',
  'conv2d',
  'maxPool2d',
  'averagePool2d',
  'batchNorm',
  'logSoftmax',
  'max',
  'slice',
  'pad',
  'concat',
  'where',
];
const representative = compared.filter((golden) => {
  const first = compared.find(({ operator }) => operator === golden.operator);
  return golden.operator === undefined || (kernels.includes(golden.operator) && golden === first);
});

const devices: readonly (readonly [Device, boolean, readonly Golden[]])[] = [
  ['cpu', true, compared],
  ['webgpu', useVulkanDriver(), representative],
];

for (const [device, available, goldens] of devices)
  describe.runIf(available)(
    `loss, gradient and Hessian-vector product agree with PyTorch in float32 on ${device}`,
    () => {
      let backend: Backend;
      beforeAll(async () => (backend = await createOrtBackend({ device, threads: 1 })));
      afterAll(() => backend.close());

      const expectAgreement = async (golden: Golden): Promise<void> => {
        const derivatives = derivativesOf(golden, 'float32');
        expectGolden(golden, await runOn(backend, { ...derivatives, graph: simplify(derivatives.graph) }), 1e-4);
      };
      it.each(goldens.map((golden) => [golden.name, golden] as const))('%s', (_, golden) => expectAgreement(golden));
    },
  );
