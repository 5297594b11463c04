/** Operators on floating-point tensors whose result has, at each place, a function of what its inputs have there. */
export const elementwise: ReadonlySet<string> = new Set([
  ...['Add', 'Sub', 'Mul', 'Div', 'Pow', 'Max', 'Min'],
  ...['Identity', 'Cast', 'Neg', 'Abs', 'Sign', 'Step', 'Exp', 'Log', 'Sqrt', 'Reciprocal', 'Sin', 'Cos', 'Erf'],
  ...['Tanh', 'Sigmoid', 'Relu', 'LeakyRelu', 'Softplus', 'Clip', 'Floor', 'Ceil', 'Round'],
  ...['Tan', 'Sinh', 'Cosh', 'Asin', 'Acos', 'Atan', 'Asinh', 'Acosh', 'Atanh'],
]);
