/** Where programs run. */
export const devices = ['cpu', 'webgpu', 'cuda'] as const;
