import './define/index.ts';

export { apply, atUserLine, define as defineOperator, definitionOf, onBehalfOf, operatorNames } from './apply.ts';
export * from './build/index.ts';
export type {
  CompositeOperator,
  Dense,
  ExampleGradients,
  Lowering,
  LoweringDevice,
  OperatorDefinition,
  PerExampleRule,
  PrimitiveOperator,
} from './definition.ts';
export { expandComposites } from './expand.ts';
export { interpret, interpretGraph, roundTo } from './interpret.ts';
export { lowerGraph, targetOpset } from './lower.ts';
export { verify } from './verify.ts';
