/** The paper in our own words. */
export const text = `Xing, Arpit, Tsirigotis and Bengio watch a network from inside its training. Between every two consecutive iterates
they evaluate the training loss on the straight line from one to the other, and beside it they follow two numbers: the cosine of consecutive
gradients and the distance from the start.

**What they see.** Gradient descent with the full batch soon bounces between two walls: the loss between consecutive iterates has its
minimum inside, consecutive gradients point in opposite directions, and the lowest points, joined, form a floor that falls steadily. With
mini-batches the cosine is less negative, the floor goes up and down, and the network gets farther from its start. Hardly ever does an update
cross a barrier, a point with more loss than both its ends, and those that are crossed are low. So SGD does not climb out of minima: it moves along a
valley, at a height above its floor.

**Who decides what.** The learning rate sets the height; it does not change the cosine. The batch size changes the cosine, and with it how far the walk
gets. The height falls as training goes on, and so does the sharpness of the loss, until it rises a little at the end, when validation accuracy
drops a little. Hence the advice to raise the learning rate before it is lowered; several cycles of that are no better than one.

**Why mini-batches.** Isotropic noise in the full gradient is no substitute: training stalls, validation suffers, the weights grow. A run that got
stuck in that way is freed by SGD, not by a lower learning rate. The reason suggested is equation 3: the covariance of the gradients is the
Hessian less a term that vanishes where the network fits, so the noise of mini-batches is large where the loss is steep. The paper
leaves that unmeasured.

## What is measured here

- *W-interp, W-cos, W-dist, W-models*: gradient descent and SGD from the same weights, on the same data, for as many updates; eleven points on each
  line, on the whole training set. Full-batch gradients are taken in chunks of the mini-batch size, so that with batch normalisation both rules descend the same loss.
- *W-barrier, W-height*: SGD at two learning rates; in epochs 1, 10, 25 and 100 every update is interpolated. The bound on the share of barriers is that of an exact
  binomial test over all these updates, which treats them as independent; neighbouring updates of one run are not quite that.
- *W-sharp*: the largest eigenvalue of the Hessian with batch statistics, in fifths of the training time, beside accuracy on a validation set; the figure has the line 2/η.
- *W-roles*: one axis at a time, for as many updates. That the learning rate has no effect is an equivalence test, with the effect that counts for the batch size as margin.
- *W-noise*: noise of 0.05 and 0.1 times the largest variance of a gradient's coordinate at initialisation; then the run of the larger noise goes on with SGD, with a tenth
  of the learning rate and the same noise, or without noise. Noise throws losses up now and then, and a rescue can diverge: a loss above that of guessing counts as guessing.
- *W-cov*: leading eigenpairs and traces of both matrices, and the residual of equation 3, on some hundred examples.
- *W-sched*: three schedules of the same length with a grid of largest learning rates; the rate is chosen by validation accuracy, and judged by test accuracy.

## Where our setting differs

The paper does not state the widths of its MLP, the values on the axes of its figures 4 and 22 to 24, or its grids of schedules: ours are in the specifications. It keeps
5,000 images apart, which gives its 450 updates an epoch; so do we at scale \`paper\`. Per-example gradients do not exist with batch normalisation, so the noise of VGG-11 has the variances
that the paper reports, and ResNet-56 takes the same. Scale \`laptop\` trains an MLP with 128 units a layer on 4,000 digits for nearly everything; for the walk a residual network of 8 layers on 400 images stands in for
VGG-11, and the paper's own large networks are followed for 15 updates. Scale \`smoke\` only shows that everything runs.
`;
