import type { QuantitySpecification } from '../contract/index.ts';
import { createAlternativeLosses } from './alternative-losses.ts';
import { createBoxSharpness } from './box-sharpness.ts';
import { createCovarianceAlignment } from './covariance-alignment.ts';
import { createGradientHistogram } from './gradient-histogram.ts';
import { createGradientNoise } from './gradient-noise.ts';
import { createGradientTests } from './gradient-tests.ts';
import { createHessianSpectrum } from './hessian-spectrum.ts';
import { createMargins } from './margins.ts';
import { createGBound } from './g-bound.ts';
import { createHessianDensity } from './hessian-density.ts';
import { createHessianTrace } from './hessian-trace.ts';
import { createPerExampleHessianTrace } from './per-example-hessian-trace.ts';
import type { Quantity, QuantitySetting } from './quantity.ts';
import { createSamSharpness } from './sam-sharpness.ts';
import { createTopScaling } from './top-scaling.ts';
import { createTic } from './tic.ts';

/** The quantity of a specification. Throws what its own maker throws. */
export function createQuantity(specification: QuantitySpecification, setting: QuantitySetting): Promise<Quantity> {
  switch (specification.kind) {
    case 'hessian-spectrum':
      return createHessianSpectrum(specification, setting);
    case 'margins':
      return createMargins(specification, setting);
    case 'alternative-losses':
      return createAlternativeLosses(specification, setting);
    case 'hessian-trace':
      return createHessianTrace(specification, setting);
    case 'per-example-hessian-trace':
      return createPerExampleHessianTrace(specification, setting);
    case 'hessian-density':
      return createHessianDensity(specification, setting);
    case 'sam-sharpness':
      return createSamSharpness(specification, setting);
    case 'box-sharpness':
      return createBoxSharpness(specification, setting);
    case 'g-bound':
      return createGBound(specification, setting);
    case 'top-scaling':
      return createTopScaling(specification, setting);
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
