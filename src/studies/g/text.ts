/** Paper G in our own words: what it did, what is measured here, and where the setting differs. Markdown. */
export const text = `
Two runs with the same training loss need not be alike in other respects. The paper trains classifiers by cross-entropy with SGD,
once with a large and once with a small learning rate (or with a small and a large batch), and follows three families of losses
that nobody minimises: cross-entropy of scores divided by a **temperature** *T*, the multi-class **hinge** loss with margin *γ*, and a
new **Gcdf** loss with standard deviation *σ*. Gcdf sums, over the wrong classes, the probability that Gaussian noise of the top
layer's weights lifts that class above the right one. With two classes it is the expected 0-1 loss under the noise, a sharpness
measure and a margin loss at once; with more it is a union bound on it. The input of the top layer is normalised to unit length, so that
σ means the same for every example.

**What the paper says.** The larger learning rate and the smaller batch end with smaller alternative losses where the parameter is
large. At the *same* training loss they are better for large parameters and worse for small ones; the curves cross, for Gcdf near
σ = 1, and the training error behaves as Gcdf with a small σ does. As an explanation the paper offers a bound: the smoothed 0-1 loss
is at most the smoothed cross-entropy over log 2, and that is, to second order, (L + σ²/2 · tr H)/log 2 with the Hessian H of
the top layer's weights. So small loss and small curvature give a small Gcdf, though only for small σ.

**What is measured here.** All losses are measured on the same training examples at a cadence, with the running statistics of batch
normalisation: statistics of batches would depend on the batch size, which is what is compared. *At equal training loss* means: at the last
time that a run's training loss falls through the level, linearly between the readings around it in the logarithm of the training
loss. A run that never gets there refuses the claims that need it. Losses of two runs are compared by the logarithm of their
ratio, paired by seed: the seed gives both the same initial weights. Phase plots use all learning rates (or batches): their number is the
slope of the logarithm of Gcdf against log10(learning rate/batch size), averaged over several training losses.

For large parameters all three losses become straight lines in the scores and see nothing but the mean gap between the right score and
the others; why they then agree is no coincidence, and the claims *gap* and *linear* measure how true it already is for the largest parameter.
For the same reason ratios of losses come close to 1 there although the runs differ: the constant part of the loss dominates.

Equation 9 is measured on both sides along training: exactly (Gcdf), by Monte Carlo (smoothed cross-entropy, errors under noise)
and in its second-order form, whose trace is exact for a fully connected top layer. With two classes Gcdf is the smoothed 0-1
loss and the bound is guaranteed; with ten it is guaranteed for the smoothed 0-1 loss alone, and whether it also holds for Gcdf is a
claim of its own. So is what the explanation needs: that the noisier run has the smaller curvature at equal training loss.

What the paper names as future work is done here as well: training *on* each alternative loss (is a loss smallest where it is trained
on, after as many updates, with learning rates that make the first of them equally long?), and the same slices with Adam, RMSProp and SAM.

**Where the setting differs.** The paper does not give the widths of its networks, two of its four learning rates, the middle batch
size, the learning rate of the batch comparison, or the grids of its parameters apart from σ = 0.5, 1 and 8; ours stand in the experiments. The
original large batch of 16,384 (64 ghost batches of 256) and all 60,000 or 50,000 examples are the scale \`paper\`. At
\`laptop\` the data are subsets and a large batch is 16 ghost batches; on CIFAR-10 the smallest learning rate is 0.005, because with
0.001 a normalised top layer takes too many updates to come down to 0.6. \`smoke\` looks at training losses that are reached within a hundred updates, where
the effects are only beginning.
`;
