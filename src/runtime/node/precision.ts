import type { Device } from '../backend.ts';

/**
 * Keeps what `cuda` computes in float32: the runtime lets cuBLAS and cuDNN round factors to TF32 (10 bits) on tensor cores, and this
 * variable of theirs stands above it. Whoever sets it to something else asks for that. Must be called before the provider is loaded.
 *
 * @returns what the recorded version of the runtime says of it: nothing for float32
 */
export function precisionNote(
  device: Device,
  environment: Record<string, string | undefined> = process.env,
): '' | ', TF32' {
  if (device !== 'cuda') return '';
  environment['NVIDIA_TF32_OVERRIDE'] ??= '0';
  return environment['NVIDIA_TF32_OVERRIDE'] === '0' ? '' : ', TF32';
}
