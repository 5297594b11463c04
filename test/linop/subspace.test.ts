import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { randomStream } from '../../src/base/index.ts';
import { orthonormalBasis, overlap, principalAngles, splitBy, type Vector } from '../../src/linop/index.ts';
import { expectClose, inner, norm } from '../support/close.ts';
import { forAll } from '../support/property.ts';
import { randomRotation } from '../support/spectra.ts';

function randomVectors(count: number, n: number, seed: number): Float64Array<ArrayBuffer>[] {
  const stream = randomStream(seed, 'vectors');
  return Array.from({ length: count }, () => Float64Array.from({ length: n }, () => stream.normal()));
}

/** Planes whose principal angles are given: spans of e₁, e₂, … and of `cos θᵢ eᵢ + sin θᵢ e_{k+i}`, turned and mixed. */
function planes(angles: readonly number[], n: number): { us: Vector[]; vs: Vector[] } {
  const Q = randomRotation(n, 7);
  const k = angles.length;
  const turned = angles.map((angle, i) =>
    Q[i]!.map((value, row) => Math.cos(angle) * value + Math.sin(angle) * Q[k + i]![row]!),
  );
  const mixed = turned.map((v, i) => v.map((value, row) => 3 * value + (i > 0 ? turned[i - 1]![row]! : 0)));
  return { us: Q.slice(0, k), vs: mixed };
}

describe('principal angles', () => {
  it('are those by which a subspace was turned, small ones included', () => {
    const angles = [1e-12, 1e-6, 0.3, 1.2, Math.PI / 2];
    const { us, vs } = planes(angles, 12);
    const found = principalAngles(us, vs);
    angles.forEach((angle, i) => expectClose([found[i]!], [angle], { relative: 1e-6, absolute: 1e-15 }));
    expectClose(principalAngles(vs, us), found, { absolute: 1e-14 });
    const meanSquare = angles.reduce((total, angle) => total + Math.cos(angle) ** 2, 0) / 5;
    expectClose([overlap(us, vs)], [meanSquare], { relative: 1e-13 });
  });

  it('do not depend on the basis, and are as many as the smaller space has dimensions', () => {
    forAll(
      fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 }), fc.nat({ max: 1000 })),
      ([k, l, seed]) => {
        const [us, vs] = [randomVectors(k, 9, seed), randomVectors(l, 9, seed + 5000)];
        const mixed = us.map((u, i) => u.map((value, row) => 2 * value - (us[i - 1]?.[row] ?? 0)));
        const angles = principalAngles(us, vs);
        expect(angles.length).toBe(Math.min(k, l));
        expectClose(principalAngles(vs, mixed), angles, { absolute: 1e-12 });
        expect(angles).toEqual([...angles].sort((a, b) => a - b));
        const squares = angles.reduce((total, angle) => total + Math.cos(angle) ** 2, 0);
        expectClose([overlap(us, vs)], [squares / Math.min(k, l)], { absolute: 1e-12 });
      },
      50,
    );
  });

  it('are 0 where one space contains the other, π/2 where they are orthogonal', () => {
    const [a, b, c] = [Float32Array.of(1, 0, 0), Float32Array.of(0, 2, 0), Float32Array.of(0, 0, 3)];
    expect(principalAngles([a, b], [Float32Array.of(5, 5, 0)])[0]).toBeLessThan(1e-7);
    expect(overlap([a, b], [Float32Array.of(5, 5, 0)])).toBeCloseTo(1, 6);
    expect(principalAngles([a, b], [c])).toEqual([Math.PI / 2]);
    expect(overlap([a, b], [c])).toBe(0);
  });

  it('refuse spans that are none', () => {
    const e = Float64Array.of(1, 0, 0);
    expect(() => principalAngles([], [e])).toThrow('subspace: expected at least one vector, got none');
    expect(() => overlap([e, e], [e])).toThrow('subspace: expected linearly independent vectors, got 2 of rank 1');
    expect(() => overlap([new Float64Array(3)], [e])).toThrow('got 1 of rank 0');
    expect(() => overlap([e], [Float64Array.of(1, 0)])).toThrow('subspace: expected vectors of 3 elements, got 2');
  });
});

describe('an orthonormal basis', () => {
  it('spans its vectors, also where they are almost dependent', () => {
    const [a, b, c] = randomVectors(3, 20, 1);
    const close = a!.map((value, index) => value + 1e-9 * b![index]!);
    const basis = orthonormalBasis([a!, close, c!]);
    expect(basis.length).toBe(3);
    const gram = basis.flatMap((u) => basis.map((v) => inner(u, v)));
    expectClose(gram, [1, 0, 0, 0, 1, 0, 0, 0, 1], { absolute: 1e-14 });
    for (const v of [a!, close, c!]) expect(norm(splitBy(basis, v).rest)).toBeLessThan(1e-14 * norm(v));
  });

  it('leaves out what depends on the vectors before it', () => {
    const [a, b] = randomVectors(2, 20, 2).map((v) => Float32Array.from(v));
    const combination = a!.map((value, index) => value - 2 * b![index]!);
    const basis = orthonormalBasis([a!, new Float32Array(20), b!, combination]);
    expect(basis.length).toBe(2);
    expect(basis[0]).toBeInstanceOf(Float32Array);
  });

  it('splits a vector into what it spans and the rest', () => {
    const basis = randomRotation(6, 3).slice(0, 2);
    const [v] = randomVectors(1, 6, 4);
    const { coefficients, rest } = splitBy(basis, v!);
    const rebuilt = rest.map((value, i) => value + coefficients[0]! * basis[0]![i]! + coefficients[1]! * basis[1]![i]!);
    expectClose(rebuilt, v!, { relative: 1e-15 });
    expectClose(
      basis.map((q) => inner(q, rest)),
      [0, 0],
      { absolute: 1e-15 },
    );
  });
});
