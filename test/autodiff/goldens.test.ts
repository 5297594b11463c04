import { describe, expect, it } from 'vitest';
import { simplify } from '../../src/autodiff/index.ts';
import { verify } from '../../src/ops/index.ts';
import { evaluate } from '../support/derivatives.ts';
import { derivativesOf, expectGolden } from '../support/golden-derivatives.ts';
import { readGoldens, type Golden } from '../support/golden-graphs.ts';

const goldens = readGoldens();

/** torch.max along an axis gives a tie to its first element; Thalweg shares it, as torch.amax does. */
const otherConventions = ['max-ties-first'];

const compared = goldens.filter(({ name }) => !otherConventions.includes(name));

function expectAgreement(golden: Golden): void {
  const derivatives = derivativesOf(golden, 'float64');
  verify(derivatives.graph);
  expectGolden(golden, evaluate(derivatives), 1e-10);
  const simple = simplify(derivatives.graph);
  verify(simple);
  expectGolden(golden, evaluate({ ...derivatives, graph: simple }), 1e-10);
}

describe('loss, gradient and Hessian-vector product agree with PyTorch in float64', () => {
  it.each(compared.map((golden) => [golden.name, golden] as const))('%s', (_, golden) => expectAgreement(golden));
});

it('the goldens hold both kinds of network and every single operator', () => {
  expect(
    goldens
      .filter(({ operator }) => operator === undefined)
      .map(({ name }) => name)
      .sort(),
  ).toEqual(['conv-network', 'mlp-gelu', 'mlp-relu', 'mlp-tanh']);
  expect(new Set(goldens.map(({ operator }) => operator)).size).toBeGreaterThan(30);
});

it('ties of a maximum over an axis are shared, not given to the first', () => {
  const golden = goldens.find(({ name }) => name === 'max-ties-first')!;
  const actual = evaluate(derivativesOf(golden, 'float64'));
  expect(() => expectGolden(golden, actual, 1e-10)).toThrow('max-ties-first: gradient/input');
});
