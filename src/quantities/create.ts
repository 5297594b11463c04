import type { QuantitySpecification } from '../contract/index.ts';
import type { Quantity, QuantitySetting } from './quantity.ts';

/**
 * The quantity of a specification. What it is made of is loaded only then: nobody waits for what was not asked for. Throws what
 * its own maker throws.
 */
export async function createQuantity(
  specification: QuantitySpecification,
  setting: QuantitySetting,
): Promise<Quantity> {
  switch (specification.kind) {
    case 'hessian-spectrum':
      return (await import('./hessian-spectrum.ts')).createHessianSpectrum(specification, setting);
    case 'margins':
      return (await import('./margins.ts')).createMargins(specification, setting);
    case 'alternative-losses':
      return (await import('./alternative-losses.ts')).createAlternativeLosses(specification, setting);
    case 'hessian-trace':
      return (await import('./hessian-trace.ts')).createHessianTrace(specification, setting);
    case 'per-example-hessian-trace':
      return (await import('./per-example-hessian-trace.ts')).createPerExampleHessianTrace(specification, setting);
    case 'hessian-density':
      return (await import('./hessian-density.ts')).createHessianDensity(specification, setting);
    case 'sam-sharpness':
      return (await import('./sam-sharpness.ts')).createSamSharpness(specification, setting);
    case 'box-sharpness':
      return (await import('./box-sharpness.ts')).createBoxSharpness(specification, setting);
    case 'g-bound':
      return (await import('./g-bound.ts')).createGBound(specification, setting);
    case 'top-scaling':
      return (await import('./top-scaling.ts')).createTopScaling(specification, setting);
    case 'gradient-noise':
      return (await import('./gradient-noise.ts')).createGradientNoise(setting);
    case 'covariance-alignment':
      return (await import('./covariance-alignment.ts')).createCovarianceAlignment(specification, setting);
    case 'gradient-tests':
      return (await import('./gradient-tests.ts')).createGradientTests(specification, setting);
    case 'tic':
      return (await import('./tic.ts')).createTic(specification, setting);
    case 'gradient-histogram':
      return (await import('./gradient-histogram.ts')).createGradientHistogram(specification, setting);
  }
}
