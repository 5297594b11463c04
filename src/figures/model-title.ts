import type { Specification } from '../contract/index.ts';

/** A model on one line: `MLP 512–512`, `RESNET 56`. */
export function modelTitle(model: Specification['model']): string {
  const name = model.name.toUpperCase();
  if (model.name === 'mlp') return `${name} ${model.hidden.join('–')}`;
  if (model.name === 'fc6') return `${name} ${model.units}`;
  return model.name === 'resnet' ? `${name} ${model.depth}` : name;
}
