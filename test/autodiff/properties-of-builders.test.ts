import { describe } from 'vitest';
import { testDerivatives } from '../support/derivative-properties.ts';
import { builderNames } from '../support/random-graph.ts';

// What is made of several operators has the derivatives of these: fewer runs will do.
describe.each(builderNames)('derivatives of %s', (builder) => testDerivatives(builder, 0.25));
