import type { RunValue } from './runs.ts';

/**
 * A specification as one value for each key, the one that `--set` takes for it (`optimizer.learningRate`). Lists of plain values are one
 * text (`model.hidden`: "64, 64"); what is null or absent has no key.
 */
export function flattened(specification: object): Readonly<Record<string, RunValue>> {
  const flat: Record<string, RunValue> = {};
  const add = (value: unknown, key: string): void => {
    if (isRunValue(value)) flat[key] = value;
    else if (Array.isArray(value) && value.every(isRunValue)) {
      if (value.length > 0) flat[key] = value.join(', ');
    } else if (typeof value === 'object' && value !== null)
      for (const [name, part] of Object.entries(value)) add(part, key === '' ? name : `${key}.${name}`);
  };
  add(specification, '');
  return flat;
}

const isRunValue = (value: unknown): value is RunValue => ['string', 'number', 'boolean'].includes(typeof value);
