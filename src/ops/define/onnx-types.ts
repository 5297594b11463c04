import type { DType } from '../../base/index.ts';

/** ONNX's numbers for element types. */
export const onnxDType = { float32: 1, float64: 11, int64: 7, bool: 9 } as const satisfies Record<DType, number>;
