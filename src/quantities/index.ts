export { createQuantity } from './create.ts';
export * from './quantity.ts';
