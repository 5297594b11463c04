export { combinations } from './combination.ts';
export { alongSegment } from './segment.ts';
export { atSeveralPoints, type AtPoints, type Mixing } from './several-points.ts';
export { pushforward } from './forward.ts';
export { pullback } from './reverse.ts';
export { simplify } from './simplify.ts';
export { grad, hvp, jvp, valueAndGrad, vjp } from './transforms.ts';
