import { add, cos, cosh, mul, neg, reciprocal, sin, sinh, sqrt, square, sub } from '../build/index.ts';
import { unary } from './unary.ts';

/** Circular and hyperbolic functions and their inverses. */

unary('Sin', Math.sin, (x) => cos(x));
unary('Cos', Math.cos, (x) => neg(sin(x)));
// tan′ = 1 + tan²
unary('Tan', Math.tan, (_, y) => add(square(y), 1));
unary('Sinh', Math.sinh, (x) => cosh(x));
unary('Cosh', Math.cosh, (x) => sinh(x));
// asin′ = 1/√((1 − x)(1 + x))
unary('Asin', Math.asin, (x) => reciprocal(sqrt(mul(sub(1, x), add(x, 1)))));
unary('Acos', Math.acos, (x) => neg(reciprocal(sqrt(mul(sub(1, x), add(x, 1))))));
// atan′ = 1/(1 + x²)
unary('Atan', Math.atan, (x) => reciprocal(add(square(x), 1)));
// asinh′ = 1/√(x² + 1)
unary('Asinh', Math.asinh, (x) => reciprocal(sqrt(add(square(x), 1))));
// acosh′ = 1/√((x − 1)(x + 1))
unary('Acosh', Math.acosh, (x) => reciprocal(sqrt(mul(sub(x, 1), add(x, 1)))));
// atanh′ = 1/((1 − x)(1 + x))
unary('Atanh', Math.atanh, (x) => reciprocal(mul(sub(1, x), add(x, 1))));
