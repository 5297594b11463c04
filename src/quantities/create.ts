import type { QuantitySpecification } from '../contract/index.ts';
import { createHessianSpectrum } from './hessian-spectrum.ts';
import { createHessianTrace } from './hessian-trace.ts';
import { createPerExampleHessianTrace } from './per-example-hessian-trace.ts';
import type { Quantity, QuantitySetting } from './quantity.ts';

/** The quantity of a specification. Throws what its own maker throws. */
export function createQuantity(specification: QuantitySpecification, setting: QuantitySetting): Promise<Quantity> {
  switch (specification.kind) {
    case 'hessian-spectrum':
      return createHessianSpectrum(specification, setting);
    case 'hessian-trace':
      return createHessianTrace(specification, setting);
    case 'per-example-hessian-trace':
      return createPerExampleHessianTrace(specification, setting);
  }
}
