/**
 * Derivatives: a function, its gradient and a Hessian-vector product become one program of ONNX operators.
 *
 *   npx vite-node examples/02-derivatives.ts
 */
import { scalar, scalarValue } from 'thalweg';
import { grad, hvp } from 'thalweg/autodiff';
import { printGraph, type Tensor } from 'thalweg/graph';
import { add, mul, square, sub } from 'thalweg/ops';
import { asHost, createRuntime } from 'thalweg/runtime';
import { createOrtBackend } from 'thalweg/runtime/node';

type Point = { x: Tensor; y: Tensor };

/** Rosenbrock's valley: (1 − x)² + 100·(y − x²)². */
const valley = ({ x, y }: Point) => add(square(sub(1, x)), mul(square(sub(y, square(x))), 100));

const runtime = createRuntime(await createOrtBackend({ device: 'cpu', threads: 1 }));
const number = { dtype: 'float32', shape: [] } as const;
const point = { x: number, y: number };
const program = await runtime.compile(
  ({ at, along }) => ({ value: valley(at), gradient: grad(valley)(at), product: hvp(valley, at, along) }),
  { at: point, along: point },
);

const { value, gradient, product } = await program.run({
  at: { x: scalar(-1, 'float32'), y: scalar(1, 'float32') },
  along: { x: scalar(1, 'float32'), y: scalar(0, 'float32') },
});
const show = (tensor: Parameters<typeof asHost>[0]) => scalarValue(asHost(tensor));
console.log(`f(−1, 1) = ${show(value)}`);
console.log(`∇f(−1, 1) = (${show(gradient.x)}, ${show(gradient.y)})`);
console.log(`H(−1, 1)·(1, 0) = (${show(product.x)}, ${show(product.y)})`);
console.log(printGraph(program.graph));
await runtime.close();
