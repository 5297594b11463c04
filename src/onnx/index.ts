/**
 * Networks from ONNX files: converted to operators of Thalweg, as a model that is measured and trained like any other, and
 * inspected beforehand. Reading files is in `src/onnx/node`.
 */
export type { Conversion, Converter, ConverterTable, ConverterVersion, NodeCall } from './call.ts';
export { type Chosen, type ParameterChoice } from './choose.ts';
export { convertGraph, type ConversionOptions, type ConvertedGraph } from './convert.ts';
export { converterFamilies, converters, newestOpset } from './converters/index.ts';
export type { NetworkInput } from './input.ts';
export * from './inspect.ts';
export type { Applicability, MethodReport } from './methods.ts';
export { modelFromOnnx, networkFromOnnx, type NetworkOptions, type OnnxNetwork } from './network.ts';
export type { Initializer, Role } from './roles.ts';
export type { ScoreKind } from './softmax.ts';
export type { FloatType } from './values.ts';
