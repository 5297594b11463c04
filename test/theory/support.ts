import { interpret, input } from '../../src/ops/index.ts';
import type { Points, Potential } from '../../src/theory/index.ts';

export { cpuRuntime } from '../train/support.ts';

/** Values of a potential at points by the reference interpreter in float64. */
export function referenceValues(potential: Potential, points: Points): Float64Array {
  const { count, dimension, coordinates } = points;
  const x = input('x', { dtype: 'float64', shape: [dimension, count] });
  const columns = Float64Array.from(
    { length: count * dimension },
    (_, index) => coordinates[(index % count) * dimension + Math.floor(index / count)]!,
  );
  const [values] = interpret([potential.value(x)], { x: { shape: x.shape, data: columns } });
  return Float64Array.from(values!.data);
}

/** ∇U at each point by central differences of the reference interpreter's values. */
export function differenceGradients(potential: Potential, points: Points, h = 1e-5): Float64Array {
  const gradients = new Float64Array(points.coordinates.length);
  for (let axis = 0; axis < points.dimension; axis++) {
    const shifted = (by: number): Float64Array =>
      referenceValues(potential, {
        ...points,
        coordinates: points.coordinates.map((value, index) => (index % points.dimension === axis ? value + by : value)),
      });
    const [up, down] = [shifted(h), shifted(-h)];
    up.forEach((value, point) => (gradients[point * points.dimension + axis] = (value - down[point]!) / (2 * h)));
  }
  return gradients;
}
