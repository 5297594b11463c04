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

const devices: readonly (readonly [Device, boolean])[] = [
  ['cpu', true],
  ['webgpu', useVulkanDriver()],
];

for (const [device, available] of devices)
  describe.runIf(available)(`loss, gradient and Hessian-vector product agree with PyTorch in float32 on ${device}`, () => {
    let backend: Backend;
    beforeAll(async () => (backend = await createOrtBackend({ device, threads: 1 })));
    afterAll(() => backend.close());

    const expectAgreement = async (golden: Golden): Promise<void> => {
      const derivatives = derivativesOf(golden, 'float32');
      expectGolden(golden, await runOn(backend, { ...derivatives, graph: simplify(derivatives.graph) }), 1e-4);
    };
    it.each(compared.map((golden) => [golden.name, golden] as const))('%s', (_, golden) => expectAgreement(golden));
  });
