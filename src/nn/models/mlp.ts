import { glorotNormal } from '../initialise.ts';
import { sequential, type LayerDescription } from '../layer.ts';
import { activation, activations, dense, flatten, type ActivationName } from '../layers.ts';

/** Fully connected network: hidden layers of the given widths with an activation after each, then scores. */
export function mlp(
  hidden: readonly number[],
  classes: number,
  nonlinearity: ActivationName = 'relu',
): LayerDescription {
  const { initialise } = activations[nonlinearity];
  return sequential(
    flatten(),
    ...hidden.flatMap((units) => [dense(units, { initialise }), activation(nonlinearity)]),
    dense(classes, { initialise: glorotNormal }),
  );
}
