/** Tests of ONNX's suite that Thalweg does not pass, and why. `docs/onnx.md` has the reasons. */
export interface Skip {
  /** Names of tests, without `test_` in front. */
  readonly tests: RegExp;
  /** What is skipped: the whole test, or its derivatives alone. */
  readonly part: 'test' | 'derivative';
  /** The error that a test ends with; tests of the names that pass without it are no skips. */
  readonly error: RegExp;
  readonly reason: string;
}

const skip = (tests: RegExp, error: RegExp, reason: string): Skip => ({ tests, part: 'test', error, reason });
const derivative = (tests: RegExp, error: RegExp, reason: string): Skip => ({
  tests,
  part: 'derivative',
  error,
  reason,
});

export const skips: readonly Skip[] = [
  skip(
    /FLOAT8|E8M0|INT4|FLOAT4|INT2/,
    /got (FLOAT|U?INT|number)/,
    'numbers of 8 bits and less that are no integers of 8 bits: no network is trained in them',
  ),
  skip(/string/, /got STRING/, 'text'),
  skip(/identity_opt|identity_sequence|split_to_sequence/, /got (optional|sequence)/, 'sequences and optional values'),
  skip(
    /^(adagrad|adam|momentum|nesterov_momentum)/,
    /ai\.onnx\.preview\.training/,
    'update rules as operators: Thalweg has its own (src/optim)',
  ),
  skip(/^range_\w+_expanded/, /Loop/, 'loops'),
  skip(/empty_set/, /elements to reduce/, 'tensors without elements'),
  skip(
    /^(conv|Conv|convtranspose)_?(transpose)?3d/,
    /one or two axes of space/,
    'convolutions over three axes of space',
  ),
  skip(/maxpool_with_argmax|^maxunpool/, /places of the largest|MaxUnpool/, 'places of the largest elements of pools'),
  skip(/^(basic_convinteger|convinteger|matmulinteger|basic_conv)/, /ConvInteger|MatMulInteger/, 'quantised products'),
  skip(/^scatter/, /Scatter/, 'scattered writes'),
  derivative(/^pow$/, /NaN/, 'powers of negative numbers, which have no derivative in the exponent'),
  derivative(
    /attention.*(fullymasked|nan_robustness|structural_empty|softmax_precision)/,
    /NaN/,
    'rows of a softmax that are masked whole',
  ),
];
