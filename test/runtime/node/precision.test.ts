import { expect, it } from 'vitest';
import { precisionNote } from '../../../src/runtime/node/precision.ts';

it('cuda computes in float32 unless the environment asks for TF32, which the version then says', () => {
  const environment: Record<string, string | undefined> = {};
  expect(precisionNote('cuda', environment)).toBe('');
  expect(environment).toEqual({ NVIDIA_TF32_OVERRIDE: '0' });
  expect(precisionNote('cuda', { NVIDIA_TF32_OVERRIDE: '1' })).toBe(', TF32');
});

it('the other devices need nothing', () => {
  const environment: Record<string, string | undefined> = {};
  expect([precisionNote('cpu', environment), precisionNote('webgpu', environment)]).toEqual(['', '']);
  expect(environment).toEqual({});
});
