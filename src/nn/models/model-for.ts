import type { Shape } from '../../base/index.ts';
import type { ZooModel } from '../../contract/index.ts';
import type { LayerDescription } from '../layer.ts';
import { createModel, type Model } from '../model.ts';
import { cnn } from './cnn.ts';
import { fc6 } from './fc6.ts';
import { lenet } from './lenet.ts';
import { mlp } from './mlp.ts';
import { resnet } from './resnet.ts';
import { vgg11 } from './vgg.ts';

/** The model that a specification names, for examples of `inputShape`. Throws `GRAPH_SHAPE` where they do not suit it. */
export function modelFor(specification: ZooModel, inputShape: Shape, classes: number): Model {
  const { normaliseFeatures } = specification;
  return createModel(specification.name, inputShape, describe(specification, classes), { normaliseFeatures });
}

function describe(model: ZooModel, classes: number): LayerDescription {
  switch (model.name) {
    case 'mlp':
      return mlp(model.hidden, classes, model.activation);
    case 'fc6':
      return fc6(model.units, classes, model.batchNorm);
    case 'lenet':
      return lenet(classes);
    case 'cnn':
      return cnn(classes, model.batchNorm);
    case 'vgg11':
      return vgg11(classes, model.batchNorm);
    case 'resnet':
      return resnet(model.depth, classes, { shortcut: model.shortcut, norm: model.batchNorm });
  }
}
