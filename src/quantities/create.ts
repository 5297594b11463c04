import type { QuantitySpecification } from '../contract/index.ts';
import { createCovarianceAlignment } from './covariance-alignment.ts';
import { createGradientHistogram } from './gradient-histogram.ts';
import { createGradientNoise } from './gradient-noise.ts';
import { createGradientTests } from './gradient-tests.ts';
import { createHessianSpectrum } from './hessian-spectrum.ts';
import type { Quantity, QuantitySetting } from './quantity.ts';
import { createTic } from './tic.ts';

/** The quantity of a specification. Throws what its own maker throws. */
export function createQuantity(specification: QuantitySpecification, setting: QuantitySetting): Promise<Quantity> {
  switch (specification.kind) {
    case 'hessian-spectrum':
      return createHessianSpectrum(specification, setting);
    case 'gradient-noise':
      return createGradientNoise(setting);
    case 'covariance-alignment':
      return createCovarianceAlignment(specification, setting);
    case 'gradient-tests':
      return createGradientTests(specification, setting);
    case 'tic':
      return createTic(specification, setting);
    case 'gradient-histogram':
      return createGradientHistogram(specification, setting);
  }
}
