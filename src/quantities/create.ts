import type { QuantitySpecification } from '../contract/index.ts';
import { createCovarianceAlignment } from './covariance-alignment.ts';
import { createGradientNoise } from './gradient-noise.ts';
import { createHessianSpectrum } from './hessian-spectrum.ts';
import type { Quantity, QuantitySetting } from './quantity.ts';

/** The quantity of a specification. Throws what its own maker throws. */
export function createQuantity(specification: QuantitySpecification, setting: QuantitySetting): Promise<Quantity> {
  switch (specification.kind) {
    case 'hessian-spectrum':
      return createHessianSpectrum(specification, setting);
    case 'gradient-noise':
      return createGradientNoise(setting);
    case 'covariance-alignment':
      return createCovarianceAlignment(specification, setting);
  }
}
